"""The tables of the ledger, as Django writes them down."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('party', models.CharField(max_length=64)),
                ('kind', models.SmallIntegerField(choices=[(1, 'MEMBER'), (2, 'COUNCIL'), (3, 'EXCHANGE'), (4, 'SOCIETY')])),
                ('floor_mcr', models.BigIntegerField(null=True)),
                ('made_at_us', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('amount_mcr', models.BigIntegerField()),
                ('purpose', models.SmallIntegerField()),
                ('group', models.CharField(blank=True, max_length=64)),
                ('owed', models.BooleanField(default=False)),
                ('made_at_us', models.BigIntegerField()),
                ('previous_hash', models.CharField(max_length=64)),
                ('own_hash', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='FloorSet',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('before_mcr', models.BigIntegerField(null=True)),
                ('floor_mcr', models.BigIntegerField(null=True)),
                ('made_at_us', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=64, unique=True)),
                ('amount_mcr', models.BigIntegerField()),
                ('purpose', models.SmallIntegerField()),
                ('group', models.CharField(blank=True, max_length=64)),
                ('until_us', models.BigIntegerField()),
                ('made_at_us', models.BigIntegerField()),
                ('state', models.SmallIntegerField(choices=[(1, 'OPEN'), (2, 'POSTED'), (3, 'VOIDED'), (4, 'EXPIRED')], default=1)),
                ('resolved_by', models.CharField(max_length=64, null=True, unique=True)),
                ('resolved_at_us', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Balance',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='ledger.account')),
                ('posted_mcr', models.BigIntegerField(default=0)),
                ('held_mcr', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.UniqueConstraint(fields=('party', 'kind'), name='one_account_of_a_kind'),
        ),
        migrations.AddField(
            model_name='entry',
            name='corrects',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='ledger.entry'),
        ),
        migrations.AddField(
            model_name='entry',
            name='credit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account'),
        ),
        migrations.AddField(
            model_name='entry',
            name='debit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account'),
        ),
        migrations.AddField(
            model_name='floorset',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='floors', to='ledger.account'),
        ),
        migrations.AddField(
            model_name='hold',
            name='credit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account'),
        ),
        migrations.AddField(
            model_name='hold',
            name='debit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account'),
        ),
        migrations.AddField(
            model_name='entry',
            name='hold',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ledger.hold'),
        ),
        migrations.AddConstraint(
            model_name='balance',
            constraint=models.CheckConstraint(condition=models.Q(('held_mcr__gte', 0)), name='held_not_below_0'),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(condition=models.Q(('state', 1)), fields=['until_us'], name='holds_that_run'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('amount_mcr__gt', 0)), name='hold_amount_above_0'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('debit', models.F('credit')), _negated=True), name='hold_between_two'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resolved_by', None), ('state', 1)), models.Q(('resolved_by__isnull', False), ('state__in', [2, 3, 4])), _connector='OR'), name='hold_resolved_by_an_act'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('group', ''), _negated=True), fields=['group'], name='entries_of_a_group'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['debit', 'made_at_us', 'amount_mcr'], name='debits_of_an_account'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['credit', 'made_at_us', 'amount_mcr'], name='credits_of_an_account'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('corrects', None), _negated=True), fields=('corrects',), name='corrected_once'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('hold', None), _negated=True), fields=('hold',), name='hold_posted_once'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('amount_mcr__gt', 0)), name='entry_amount_above_0'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('debit', models.F('credit')), _negated=True), name='entry_between_two'),
        ),
    ]
