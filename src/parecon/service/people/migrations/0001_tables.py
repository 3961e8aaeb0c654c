import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Council',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('consumer', 'consumer council'), ('federation', 'federation of councils'), ('worker', 'worker council'), ('park', 'park of things used in common'), ('other', 'other')], max_length=12)),
                ('party', models.CharField(max_length=64, unique=True)),
                ('closed_on', models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Household',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('party', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(blank=True, max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name='Done',
            fields=[
                ('act', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('what', models.CharField(max_length=40)),
                ('number', models.BigIntegerField(default=0)),
                ('by', models.CharField(max_length=64)),
                ('on_behalf_of', models.CharField(blank=True, max_length=64)),
                ('content_hash', models.CharField(max_length=64)),
                ('at_us', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['what', 'number'], name='what_was_done_to_it')],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('party', models.CharField(max_length=64, unique=True)),
                ('card', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('language', models.CharField(default='en', max_length=8)),
                ('joined_on', models.DateField()),
                ('is_active', models.BooleanField(default=True)),
                ('erased_at_us', models.BigIntegerField(null=True)),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='people.household')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('made_by', models.CharField(max_length=64)),
                ('until_us', models.BigIntegerField()),
                ('used_us', models.BigIntegerField(null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Affiliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(null=True)),
                ('council', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='people.council')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliates', to='people.council')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('council', models.F('parent')), _negated=True), name='no_council_in_itself'), models.CheckConstraint(condition=models.Q(('until_on', None), ('until_on__gt', models.F('from_on')), _connector='OR'), name='affiliation_begins_before_it_ends')],
            },
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('organiser', 'organiser: people, councils and mandates'), ('clerk', 'clerk: the desk, also for members who come to it'), ('steward', "steward: schedules, closings, the year's end"), ('treasurer', 'treasurer: allowances, payments, corrections'), ('registrar', 'registrar: the register of collectables'), ('keeper', 'keeper: a park of things used in common'), ('auditor', 'auditor: sees the books and changes nothing')], max_length=12)),
                ('from_us', models.BigIntegerField()),
                ('until_us', models.BigIntegerField()),
                ('given_by', models.CharField(max_length=64)),
                ('recalled_us', models.BigIntegerField(null=True)),
                ('recalled_by', models.CharField(blank=True, max_length=64)),
                ('council', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='people.council')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until_us__gt', models.F('from_us'))), name='mandate_has_an_end')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('made_us', models.BigIntegerField()),
                ('sent_us', models.BigIntegerField(null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('sent_us', None)), fields=['made_us'], name='mail_to_be_sent')],
            },
        ),
        migrations.CreateModel(
            name='Residence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(null=True)),
                ('council', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='residences', to='people.council')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='residences', to='people.household')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until_on', None)), fields=('household',), name='lives_in_one_place')],
            },
        ),
    ]
