"""The audit becomes a chain of hashes. Rows from before are chained in the order in which they were written."""

from django.db import migrations, models

from competition.models.audit import FIRST_PREVIOUS
from competition.models.audit import AuditEvent as Sealed

# An actor may be forgotten when a person is deleted; nothing else of an audit event ever changes.
APPEND_ONLY = """
CREATE TRIGGER the_audit_is_append_only BEFORE UPDATE ON competition_auditevent
    FOR EACH ROW WHEN (
        NEW.actor_id IS NOT NULL OR to_jsonb(OLD) - 'actor_id' IS DISTINCT FROM to_jsonb(NEW) - 'actor_id'
    ) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER the_end_of_the_audit_goes_forward BEFORE UPDATE ON competition_audithead
    FOR EACH ROW WHEN (NEW.competition_id <> OLD.competition_id OR NEW.number <> OLD.number + 1)
    EXECUTE FUNCTION refuse_change();
"""
WRITABLE = """
DROP TRIGGER the_audit_is_append_only ON competition_auditevent;
"""
AS_BEFORE = """
DROP TRIGGER the_audit_is_append_only ON competition_auditevent;
DROP TRIGGER the_end_of_the_audit_goes_forward ON competition_audithead;
"""
APPEND_ONLY_BEFORE = """
CREATE TRIGGER the_audit_is_append_only BEFORE UPDATE ON competition_auditevent
    FOR EACH ROW WHEN (
        NEW.actor_id IS NOT NULL
        OR (OLD.id, OLD.competition_id, OLD.act, OLD.subject, OLD.reason, OLD.facts, OLD.happened_at)
            IS DISTINCT FROM
           (NEW.id, NEW.competition_id, NEW.act, NEW.subject, NEW.reason, NEW.facts, NEW.happened_at)
    ) EXECUTE FUNCTION refuse_change();
"""
FIELDS = ("actor_id", "actor_number", "act", "subject", "reason", "facts", "happened_at", "competition_id")


def chain_what_is_there(apps, schema_editor):
    events = apps.get_model("competition", "AuditEvent")
    heads = apps.get_model("competition", "AuditHead")
    for competition in apps.get_model("competition", "Competition").objects.all():
        number, previous = 0, FIRST_PREVIOUS
        for event in events.objects.filter(competition=competition).order_by("id"):
            number, event.actor_number = number + 1, event.actor_id
            row = Sealed(number=number, previous=previous, **{name: getattr(event, name) for name in FIELDS})
            event.number, event.previous, event.hash = number, previous, row.sealed()
            event.save()
            previous = event.hash
        heads.objects.create(competition=competition, number=number, hash=previous)
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("competition", "0005_picks")]

    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                (
                    "competition",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE,
                        primary_key=True,
                        related_name="audit_head",
                        serialize=False,
                        to="competition.competition",
                    ),
                ),
                ("number", models.PositiveIntegerField(default=0)),
                ("hash", models.CharField(default=FIRST_PREVIOUS, max_length=64)),
            ],
        ),
        migrations.RunSQL(WRITABLE, APPEND_ONLY_BEFORE),
        migrations.AlterField("auditevent", "happened_at", models.DateTimeField()),
        migrations.AddField("auditevent", "actor_number", models.BigIntegerField(null=True)),
        migrations.AddField("auditevent", "number", models.PositiveIntegerField(default=0), preserve_default=False),
        migrations.AddField(
            "auditevent", "previous", models.CharField(default="", max_length=64), preserve_default=False
        ),
        migrations.AddField("auditevent", "hash", models.CharField(default="", max_length=64), preserve_default=False),
        migrations.RunPython(chain_what_is_there, migrations.RunPython.noop),
        migrations.AddConstraint(
            "auditevent",
            models.UniqueConstraint(fields=["competition", "number"], name="the_audit_has_no_two_rows_of_a_number"),
        ),
        migrations.AddConstraint(
            "auditevent",
            models.UniqueConstraint(fields=["competition", "previous"], name="the_audit_does_not_fork"),
        ),
        migrations.AddConstraint(
            "auditevent",
            models.CheckConstraint(
                condition=models.Q(("hash__regex", "^[0-9a-f]{64}$")), name="an_audit_row_is_sealed"
            ),
        ),
        migrations.RunSQL(APPEND_ONLY, AS_BEFORE),
    ]
