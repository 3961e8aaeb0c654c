import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Catalogue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('content_hash', models.CharField(max_length=64, unique=True)),
                ('columns', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=12, unique=True)),
                ('good', models.SmallIntegerField()),
                ('made_month', models.SmallIntegerField()),
                ('grade', models.SmallIntegerField(null=True)),
                ('state', models.SmallIntegerField(choices=[(1, 'ANNOUNCED'), (2, 'HANDED_IN'), (3, 'GRADED'), (4, 'SHELF'), (5, 'HELD'), (6, 'IN_TRANSFER'), (7, 'OUT'), (8, 'REPAIR'), (9, 'RECYCLED'), (10, 'REGISTER'), (11, 'RETURNED')])),
                ('holder', models.CharField(max_length=64)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('description', models.TextField(blank=True, max_length=2000)),
                ('shelved_us', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('act', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('why', models.CharField(max_length=400)),
                ('by', models.CharField(max_length=64)),
                ('entries', models.IntegerField()),
                ('first', models.BigIntegerField()),
                ('at_us', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='MonthClosed',
            fields=[
                ('month', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('wanted', models.JSONField()),
                ('brought', models.JSONField()),
                ('index', models.JSONField()),
                ('holding_mcr', models.BigIntegerField()),
                ('closed_us', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Store',
            fields=[
                ('council', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='people.council')),
                ('area', models.SmallIntegerField(unique=True)),
                ('address', models.CharField(blank=True, max_length=200)),
                ('hours', models.CharField(blank=True, max_length=200)),
                ('east_km', models.FloatField(default=0.0)),
                ('north_km', models.FloatField(default=0.0)),
            ],
        ),
        migrations.CreateModel(
            name='YearClosed',
            fields=[
                ('year', models.IntegerField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('result', models.JSONField()),
                ('wanted', models.JSONField()),
                ('offered', models.JSONField()),
                ('shared_mcr', models.BigIntegerField()),
                ('households', models.IntegerField()),
                ('closed_us', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('jpeg', models.BinaryField()),
                ('made_us', models.BigIntegerField()),
                ('hidden', models.BooleanField(default=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='desk.item')),
            ],
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('year', models.IntegerField(unique=True)),
                ('index', models.JSONField()),
                ('law', models.JSONField()),
                ('shelves_mcr', models.JSONField()),
                ('announced_us', models.BigIntegerField()),
                ('catalogue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='desk.catalogue')),
            ],
        ),
        migrations.AddField(
            model_name='item',
            name='store',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='desk.store'),
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('deed', models.SmallIntegerField()),
                ('before', models.SmallIntegerField(null=True)),
                ('after', models.SmallIntegerField()),
                ('good', models.SmallIntegerField()),
                ('made_month', models.SmallIntegerField()),
                ('grade', models.SmallIntegerField(null=True)),
                ('by', models.CharField(max_length=64)),
                ('household', models.CharField(blank=True, max_length=64)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('at_us', models.BigIntegerField()),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='desk.item')),
                ('store', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='desk.store')),
            ],
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('cost_mcr', models.BigIntegerField()),
                ('sent_us', models.BigIntegerField()),
                ('arrived_us', models.BigIntegerField(null=True)),
                ('destination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='desk.store')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='desk.item')),
                ('origin', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='desk.store')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('arrived_us', None)), fields=['origin', 'number'], name='leaving_a_store'), models.Index(condition=models.Q(('arrived_us', None)), fields=['destination', 'number'], name='coming_to_a_store')],
            },
        ),
        migrations.CreateModel(
            name='Federation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('society_account', models.BigIntegerField()),
                ('exchange_account', models.BigIntegerField()),
                ('changes', models.JSONField(default=dict)),
                ('council', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to='people.council')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_federation')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64)),
                ('year', models.IntegerField()),
                ('name', models.CharField(max_length=120)),
                ('value', models.JSONField()),
                ('why', models.CharField(max_length=400)),
                ('by', models.CharField(max_length=64)),
                ('at_us', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('act', 'name'), name='a_parameter_once_in_an_act')],
            },
        ),
        migrations.CreateModel(
            name='Quote',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('kind', models.CharField(choices=[('estimate', 'estimate: before the inspection, by what the member says'), ('year', "the year's guaranteed price"), ('adjusting', "provisional: settled at the year's end")], max_length=12)),
                ('new_price_mcr', models.BigIntegerField()),
                ('age_months', models.SmallIntegerField()),
                ('grade', models.SmallIntegerField()),
                ('reason', models.SmallIntegerField()),
                ('worth_mcr', models.BigIntegerField()),
                ('credit_mcr', models.BigIntegerField()),
                ('cost_mcr', models.BigIntegerField()),
                ('plain_mcr', models.BigIntegerField()),
                ('until_month', models.SmallIntegerField()),
                ('findings', models.JSONField(default=list)),
                ('why', models.CharField(blank=True, max_length=400)),
                ('made_us', models.BigIntegerField()),
                ('accepted_us', models.BigIntegerField(null=True)),
                ('settled_year', models.IntegerField(null=True)),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.household')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quotes', to='desk.item')),
                ('revises', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revised_by', to='desk.quote')),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='desk.schedule')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('accepted_us', None), _negated=True), fields=['accepted_us'], name='quotes_accepted')],
            },
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('good', models.SmallIntegerField()),
                ('state', models.SmallIntegerField(choices=[(1, 'WAITS'), (2, 'HELD'), (3, 'SERVED'), (4, 'CANCELLED'), (5, 'EXPIRED'), (6, 'UNPAID'), (7, 'BROUGHT_BACK')], default=1)),
                ('price_mcr', models.BigIntegerField(null=True)),
                ('plain_mcr', models.BigIntegerField(null=True)),
                ('hold', models.CharField(blank=True, max_length=64)),
                ('fetch_until_us', models.BigIntegerField(null=True)),
                ('since_us', models.BigIntegerField()),
                ('ended_us', models.BigIntegerField(null=True)),
                ('settled_year', models.IntegerField(null=True)),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='people.household')),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='desk.item')),
                ('wanted', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='desk.item')),
                ('schedule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='desk.schedule')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='desk.store')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 1)), fields=['store', 'good', 'number'], name='requests_that_wait'), models.Index(fields=['household', 'state'], name='requests_of_a_household'), models.Index(condition=models.Q(('state', 2)), fields=['fetch_until_us'], name='to_be_fetched'), models.Index(condition=models.Q(('state', 2)), fields=['store', 'fetch_until_us'], name='kept_at_the_store')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 2)), fields=('item',), name='held_for_one')],
            },
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(condition=models.Q(('state', 4)), fields=['store', 'good', 'shelved_us', 'number', 'state'], name='on_the_shelf'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(condition=models.Q(('state', 4)), fields=['good', 'shelved_us', 'number', 'state'], name='on_any_shelf'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['shelved_us'], name='end_of_the_line'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['holder', 'state'], name='held_by'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['store', 'state'], name='at_the_store'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['item', 'number'], name='life_of_an_item'),
        ),
    ]
