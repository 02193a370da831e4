"""No two teams' names look alike, by Unicode's data. Teams that do already keep their names."""

from django.db import migrations, models

from competition.operations.look_alikes import skeleton


def name_by_looks(apps, schema_editor):
    taken = set()
    for team in apps.get_model("competition", "Team").objects.order_by("id"):
        looks = skeleton(team.name)[:200]
        if (team.competition_id, looks) in taken:
            looks = f"{looks} {team.pk}"
        taken.add((team.competition_id, looks))
        team.skeleton = looks
        team.save(update_fields=["skeleton"])


class Migration(migrations.Migration):
    dependencies = [("competition", "0009_fairness")]

    operations = [
        migrations.AddField("team", "skeleton", models.CharField(default="", max_length=220), preserve_default=False),
        migrations.RunPython(name_by_looks, migrations.RunPython.noop),
        migrations.AddConstraint(
            "team",
            models.UniqueConstraint(fields=["competition", "skeleton"], name="no_two_teams_look_alike"),
        ),
    ]
