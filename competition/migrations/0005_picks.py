from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("competition", "0004_held_truth")]

    operations = [
        migrations.AddField(
            model_name="phase",
            name="most_selected",
            field=models.PositiveSmallIntegerField(default=2),
        ),
        migrations.AddField(
            model_name="phase",
            name="picks_frozen_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="phase",
            constraint=models.CheckConstraint(
                condition=models.Q(most_selected__gt=0), name="a_phase_lets_a_team_choose"
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="picked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
