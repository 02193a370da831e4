"""Competitions come in with an archive: without their labels, and with the audit of where they were before."""

from django.db import migrations, models

NEVER_CHANGED = """
CREATE TRIGGER an_imported_audit_is_immutable BEFORE UPDATE ON competition_importedevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER an_imported_audit_is_not_erased BEFORE DELETE ON competition_importedevent
    FOR EACH ROW EXECUTE FUNCTION refuse_erasure();
"""
CHANGED_AGAIN = """
DROP TRIGGER an_imported_audit_is_immutable ON competition_importedevent;
DROP TRIGGER an_imported_audit_is_not_erased ON competition_importedevent;
"""


class Migration(migrations.Migration):
    dependencies = [("competition", "0016_rehearsal")]

    operations = [
        migrations.AddField("groundtruth", "absent", models.BooleanField(default=False, db_default=False)),
        migrations.CreateModel(
            name="ImportedEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chain", models.PositiveIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("canonical", models.TextField()),
                ("hash", models.CharField(max_length=64)),
                ("actor", models.CharField(blank=True, max_length=150)),
                (
                    "competition",
                    models.ForeignKey(
                        on_delete=models.deletion.CASCADE,
                        related_name="imported_events",
                        to="competition.competition",
                    ),
                ),
            ],
            options={
                "ordering": ["chain", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["competition", "chain", "number"],
                        name="an_imported_chain_has_no_two_rows_of_a_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(hash__regex="^[0-9a-f]{64}$"), name="an_imported_row_is_sealed"
                    ),
                ],
            },
        ),
        migrations.RunSQL(NEVER_CHANGED, CHANGED_AGAIN),
    ]
