import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('desk', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Closing',
            fields=[
                ('month', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('passed_on', models.IntegerField()),
                ('shared_mcr', models.BigIntegerField()),
                ('households', models.IntegerField()),
                ('law', models.JSONField()),
                ('closed_us', models.BigIntegerField()),
                ('after', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Death',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('member', models.CharField(max_length=64, unique=True)),
                ('heir', models.CharField(max_length=64)),
                ('month', models.SmallIntegerField()),
                ('by', models.CharField(max_length=64)),
                ('at_us', models.BigIntegerField()),
                ('after', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Kind',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=120, unique=True)),
                ('description', models.TextField(blank=True, max_length=2000)),
                ('standing', models.SmallIntegerField(choices=[(-1, 'UNREGISTERED'), (0, 'PERSONAL'), (1, 'TRADED'), (2, 'MUSEUM')])),
                ('first_schedule_mcr', models.BigIntegerField(default=0)),
                ('schedule_mcr', models.BigIntegerField()),
                ('price_mcr', models.BigIntegerField()),
                ('visitors_worth_mcr', models.BigIntegerField()),
                ('collector_worth_mcr', models.BigIntegerField()),
                ('in_favour_permille', models.SmallIntegerField()),
                ('made_us', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('price_mcr__gte', 0), ('schedule_mcr__gte', 0)), name='kind_costs_0_or_more')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('description', models.TextField(blank=True, max_length=2000)),
                ('schedule_at_entry_mcr', models.BigIntegerField()),
                ('paid_at_entry_mcr', models.BigIntegerField(default=0)),
                ('entered_us', models.BigIntegerField()),
                ('standing', models.SmallIntegerField(choices=[(-1, 'UNREGISTERED'), (0, 'PERSONAL'), (1, 'TRADED'), (2, 'MUSEUM')])),
                ('holder', models.CharField(db_index=True, max_length=64)),
                ('paid_mcr', models.BigIntegerField()),
                ('paid_level_ppm', models.BigIntegerField()),
                ('cost_mcr', models.BigIntegerField(default=0)),
                ('first_refusal', models.CharField(blank=True, db_index=True, max_length=64)),
                ('reverted_month', models.SmallIntegerField(null=True)),
                ('item', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entry', to='desk.item')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='register.kind')),
            ],
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('member', models.CharField(max_length=64)),
                ('most_mcr', models.BigIntegerField(null=True)),
                ('lot', models.BigIntegerField()),
                ('household', models.CharField(blank=True, max_length=64)),
                ('state', models.SmallIntegerField(choices=[(1, 'Open'), (2, 'Decided'), (3, 'Withdrawn')], default=1)),
                ('reason', models.SmallIntegerField(null=True)),
                ('price_mcr', models.BigIntegerField(null=True)),
                ('made_us', models.BigIntegerField()),
                ('closing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='register.closing')),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='register.entry')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='register.kind')),
                ('served', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='register.entry')),
            ],
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64)),
                ('what', models.SmallIntegerField(choices=[(1, 'Registered'), (2, 'From Desk'), (3, 'Handed Back'), (4, 'Given'), (5, 'Stays In Family'), (6, 'Reverted'), (7, 'To Museum'), (8, 'Gift Stands'), (9, 'Not Found'), (10, 'Passed On'), (11, 'First Refusal')])),
                ('giver', models.CharField(max_length=64)),
                ('taker', models.CharField(max_length=64)),
                ('amount_mcr', models.BigIntegerField(default=0)),
                ('household', models.CharField(blank=True, max_length=64)),
                ('by', models.CharField(max_length=64)),
                ('on_behalf_of', models.CharField(blank=True, max_length=64)),
                ('at_us', models.BigIntegerField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='register.entry')),
            ],
            options={
                'indexes': [models.Index(fields=['entry', 'number'], name='life_of_an_entry')],
                'constraints': [models.UniqueConstraint(fields=('act', 'entry', 'what'), name='an_event_once')],
            },
        ),
        migrations.CreateModel(
            name='Gift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('giver', models.CharField(max_length=64)),
                ('month', models.SmallIntegerField()),
                ('remembered', models.BooleanField(default=True)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gifts', to='register.entry')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('remembered', True)), fields=['giver'], name='gifts_remembered')],
            },
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('cost_mcr__gte', 0), ('paid_level_ppm__gt', 0), ('paid_mcr__gte', 0)), name='entry_amounts_0_or_more'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(condition=models.Q(('state', 1)), fields=['state'], name='offers_that_wait'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(fields=['member'], name='offers_of_a_member'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 1), models.Q(('entry', None), _negated=True)), fields=('entry',), name='answered_once'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('most_mcr__gte', 0), models.Q(('most_mcr', None), models.Q(('entry', None), _negated=True)), _connector='OR'), name='offer_0_or_more'),
        ),
    ]
