"""What is written once and never changed is kept so by the database; and the table of the cache."""

from django.core.management import call_command
from django.db import migrations

REFUSE_BOARD_CHANGES = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once and never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER a_board_is_immutable BEFORE UPDATE ON competition_board
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER a_score_is_immutable BEFORE UPDATE ON competition_score
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sealed_labels_are_immutable BEFORE UPDATE ON competition_sealedtruth
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER a_sealed_split_is_immutable BEFORE UPDATE ON competition_sealedsplit
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER terms_are_immutable BEFORE UPDATE ON competition_terms
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- An actor may be forgotten when a person is deleted; nothing else of an audit event ever changes.
CREATE TRIGGER the_audit_is_append_only BEFORE UPDATE ON competition_auditevent
    FOR EACH ROW WHEN (
        NEW.actor_id IS NOT NULL
        OR (OLD.id, OLD.competition_id, OLD.act, OLD.subject, OLD.reason, OLD.facts, OLD.happened_at)
            IS DISTINCT FROM
           (NEW.id, NEW.competition_id, NEW.act, NEW.subject, NEW.reason, NEW.facts, NEW.happened_at)
    ) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER the_audit_is_not_erased BEFORE DELETE ON competition_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
ALLOW_AGAIN = "DROP FUNCTION refuse_change() CASCADE;"


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def drop_cache_table(apps, schema_editor):
    schema_editor.execute("DROP TABLE cache")


class Migration(migrations.Migration):
    dependencies = [("competition", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE_BOARD_CHANGES, ALLOW_AGAIN),
        migrations.RunPython(make_cache_table, drop_cache_table),
    ]
