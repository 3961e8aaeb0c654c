import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('content_hash', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('sent_us', models.BigIntegerField()),
                ('posted_us', models.BigIntegerField(null=True)),
                ('posted', models.IntegerField(default=0)),
                ('refused', models.IntegerField(default=0)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('made_us', models.BigIntegerField()),
                ('until_us', models.BigIntegerField()),
                ('revoked_us', models.BigIntegerField(null=True)),
                ('used_on', models.DateField(null=True)),
                ('mandate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.mandate')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until_us__gt', models.F('made_us'))), name='token_has_an_end')],
            },
        ),
    ]
