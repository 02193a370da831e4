"""A competition can be hidden, and a rehearsal has a clock of its own, which only goes forward."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import competition.models.competition

FORWARD_ONLY = """
CREATE TRIGGER a_clock_goes_forward BEFORE UPDATE OF clock_shift ON competition_competition
    FOR EACH ROW WHEN (NEW.clock_shift < OLD.clock_shift) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER a_rehearsal_stays_one BEFORE UPDATE OF rehearsal ON competition_competition
    FOR EACH ROW WHEN (NEW.rehearsal <> OLD.rehearsal) EXECUTE FUNCTION refuse_change();
"""
AT_WILL = """
DROP TRIGGER a_clock_goes_forward ON competition_competition;
DROP TRIGGER a_rehearsal_stays_one ON competition_competition;
"""
NO_SHIFT = datetime.timedelta(0)


class Migration(migrations.Migration):
    dependencies = [("competition", "0011_organizer_desk")]

    operations = [
        migrations.AddField("competition", "hidden", models.BooleanField(default=False, db_default=False)),
        migrations.AddField(
            "competition", "guests", models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL)
        ),
        migrations.AddField(
            "competition",
            "invitation",
            models.CharField(max_length=40, default=competition.models.competition.new_invitation, db_default=""),
        ),
        migrations.AddField("competition", "rehearsal", models.BooleanField(default=False, db_default=False)),
        migrations.AddField("competition", "clock_shift", models.DurationField(default=NO_SHIFT, db_default=NO_SHIFT)),
        migrations.AddField(
            "competition",
            "copied_from",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="copies",
                to="competition.competition",
            ),
        ),
        migrations.AddConstraint(
            "competition",
            models.CheckConstraint(
                condition=models.Q(clock_shift=NO_SHIFT) | models.Q(rehearsal=True, clock_shift__gt=NO_SHIFT),
                name="only_a_rehearsal_has_a_clock_of_its_own",
            ),
        ),
        migrations.AddConstraint(
            "competition",
            models.CheckConstraint(
                condition=models.Q(rehearsal=False) | models.Q(hidden=True), name="a_rehearsal_is_hidden"
            ),
        ),
        migrations.RunSQL(FORWARD_ONLY, AT_WILL),
    ]
