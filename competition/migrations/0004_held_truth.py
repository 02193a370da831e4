from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('competition', '0003_phase_revealed_at'),
    ]

    operations = [
        migrations.AddField(
            model_name='groundtruth',
            name='activated_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='groundtruth',
            name='dropped_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='groundtruth',
            name='held',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='groundtruth',
            name='overrides',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddConstraint(
            model_name='groundtruth',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'active'), _negated=True), ('held', False), _connector='OR'), name='an_active_truth_is_not_held'),
        ),
        migrations.AddConstraint(
            model_name='groundtruth',
            constraint=models.CheckConstraint(condition=models.Q(('dropped_at__isnull', True), models.Q(('activated_at__isnull', True), ('state', 'retired')), _connector='OR'), name='only_what_never_was_active_is_dropped'),
        ),
    ]
