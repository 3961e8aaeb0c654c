import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Park',
            fields=[
                ('council', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='park', serialize=False, to='people.council')),
                ('place', models.CharField(max_length=200)),
                ('hours', models.CharField(blank=True, max_length=200)),
                ('zone', models.CharField(max_length=60)),
                ('account', models.BigIntegerField(unique=True)),
                ('began_us', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Piece',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=12, unique=True)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('new_price_mcr', models.BigIntegerField()),
                ('worn_ppm', models.BigIntegerField()),
                ('in_use', models.BooleanField(default=True)),
                ('since_us', models.BigIntegerField()),
                ('park', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='parks.park')),
            ],
        ),
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('start', models.IntegerField()),
                ('slots', models.IntegerField()),
                ('fee_mcr', models.BigIntegerField()),
                ('status', models.SmallIntegerField(choices=[(0, 'OPEN'), (1, 'CANCELLED'), (2, 'RETURNED')], default=0)),
                ('booked_us', models.BigIntegerField()),
                ('fetched_us', models.BigIntegerField(null=True)),
                ('ended_us', models.BigIntegerField(null=True)),
                ('worn_month', models.SmallIntegerField(null=True)),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='people.household')),
                ('piece', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='parks.piece')),
            ],
        ),
        migrations.CreateModel(
            name='ResultShared',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.SmallIntegerField()),
                ('worth_mcr', models.BigIntegerField()),
                ('result_mcr', models.BigIntegerField()),
                ('households', models.IntegerField()),
                ('shared_us', models.BigIntegerField()),
                ('park', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='parks.park')),
            ],
        ),
        migrations.CreateModel(
            name='Thing',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('new_price_mcr', models.BigIntegerField()),
                ('life_months', models.IntegerField()),
                ('life_hours', models.IntegerField()),
                ('hours_each', models.IntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('hours_each__gt', 0), ('life_hours__gt', 0), ('life_months__gt', 0), ('new_price_mcr__gt', 0)), name='thing_costs_and_lasts')],
            },
        ),
        migrations.AddField(
            model_name='piece',
            name='thing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parks.thing'),
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pieces', models.IntegerField()),
                ('park', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='parks.park')),
                ('thing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parks.thing')),
            ],
        ),
        migrations.CreateModel(
            name='MonthClosed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.SmallIntegerField()),
                ('pieces', models.IntegerField()),
                ('hours', models.IntegerField()),
                ('keep_mcr', models.BigIntegerField()),
                ('closed_us', models.BigIntegerField()),
                ('park', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='months', to='parks.park')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('park', 'month'), name='a_month_closes_once')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_us', models.BigIntegerField()),
                ('until_us', models.BigIntegerField(null=True)),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parks', to='people.household')),
                ('park', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='parks.park')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until_us', None)), fields=('household',), name='belongs_to_one_park')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=88, unique=True)),
                ('deed', models.SmallIntegerField(choices=[(1, 'OPEN_PARK'), (2, 'JOIN'), (3, 'LEAVE'), (4, 'BOOK'), (5, 'CANCEL'), (6, 'TAKE_OUT'), (7, 'GIVE_BACK'), (8, 'CONTRIBUTE'), (9, 'WITHDRAW'), (10, 'PUT_BACK'), (11, 'LOSE_PIECE'), (12, 'CLOSE_MONTH'), (13, 'SHARE_RESULT'), (14, 'AGREE_NEED')])),
                ('by', models.CharField(max_length=64)),
                ('household', models.CharField(blank=True, max_length=64)),
                ('works', models.BooleanField(null=True)),
                ('worn_ppm', models.BigIntegerField(null=True)),
                ('note', models.CharField(blank=True, max_length=400)),
                ('at_us', models.BigIntegerField()),
                ('booking', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='parks.booking')),
                ('park', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='parks.park')),
                ('piece', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='parks.piece')),
            ],
            options={
                'indexes': [models.Index(fields=['park', 'number'], name='life_of_a_park')],
            },
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(condition=models.Q(('status', 0)), fields=['piece', 'start'], name='calendar_of_a_piece'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(fields=['household', 'status'], name='bookings_of_a_household'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(condition=models.Q(('worn_month', None), models.Q(('fetched_us', None), _negated=True)), fields=['piece'], name='use_not_counted_yet'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('slots__gt', 0)), name='booking_has_time'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('fee_mcr__gte', 0)), name='fee_not_below_0'),
        ),
        migrations.AddConstraint(
            model_name='resultshared',
            constraint=models.UniqueConstraint(fields=('park', 'year'), name='a_result_is_shared_once'),
        ),
        migrations.AddConstraint(
            model_name='resultshared',
            constraint=models.CheckConstraint(condition=models.Q(('worth_mcr__gte', 0)), name='worth_not_below_0'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.UniqueConstraint(fields=('park', 'thing'), name='one_need_of_a_thing'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(('pieces__gte', 0)), name='need_not_below_0'),
        ),
    ]
