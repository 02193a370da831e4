"""What a rehearsal needs beyond the rights of the web process: a copy of a sealed split, and to be deleted whole.

Both are functions that run with the owner's rights and check for themselves that they may. The web process still reads no
sealed box, and deletes nothing of a competition that is no rehearsal.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION copy_split(source bigint, target bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM competition_competition WHERE id = target AND hidden AND copied_from_id = source) THEN
        RAISE EXCEPTION 'a sealed split goes to a hidden copy only' USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO competition_sealedsplit (split_id, box)
        SELECT target, box FROM competition_sealedsplit WHERE split_id = source;
END $$;

-- The rows and, before them, all that refer to them, whatever tables there are.
CREATE FUNCTION delete_with_dependents(doomed regclass, which text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    reference record;
    found boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s WHERE %s)', doomed, which) INTO found;
    IF NOT found THEN
        RETURN;
    END IF;
    FOR reference IN
        SELECT c.conrelid::regclass AS child, own.attname AS own, theirs.attname AS theirs
        FROM pg_constraint c
        JOIN pg_attribute own ON own.attrelid = c.conrelid AND own.attnum = c.conkey[1]
        JOIN pg_attribute theirs ON theirs.attrelid = c.confrelid AND theirs.attnum = c.confkey[1]
        WHERE c.contype = 'f' AND c.confrelid = doomed AND c.conrelid <> doomed
    LOOP
        PERFORM delete_with_dependents(
            reference.child,
            format('%I IN (SELECT %I FROM %s WHERE %s)', reference.own, reference.theirs, doomed, which)
        );
    END LOOP;
    EXECUTE format('DELETE FROM %s WHERE %s', doomed, which);
END $$;

CREATE FUNCTION delete_rehearsal(doomed bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    boxes uuid[];
BEGIN
    PERFORM 1 FROM competition_competition WHERE id = doomed AND rehearsal FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only a rehearsal is deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    boxes := ARRAY(SELECT sealed_id FROM competition_groundtruth WHERE competition_id = doomed);
    UPDATE competition_competition SET copied_from_id = NULL WHERE copied_from_id = doomed;
    PERFORM delete_with_dependents('competition_competition', format('id = %s', doomed));
    DELETE FROM competition_sealedtruth box WHERE id = ANY (boxes)
        AND NOT EXISTS (SELECT 1 FROM competition_groundtruth WHERE sealed_id = box.id);
END $$;

REVOKE ALL ON FUNCTION copy_split, delete_with_dependents, delete_rehearsal FROM PUBLIC;

CREATE FUNCTION refuse_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM competition_competition WHERE id = OLD.competition_id AND rehearsal) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is written once and never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER the_audit_is_not_erased ON competition_auditevent;
CREATE TRIGGER the_audit_is_not_erased BEFORE DELETE ON competition_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_erasure();
"""
WITHOUT = """
DROP TRIGGER the_audit_is_not_erased ON competition_auditevent;
CREATE TRIGGER the_audit_is_not_erased BEFORE DELETE ON competition_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION refuse_erasure, delete_rehearsal, delete_with_dependents, copy_split;
"""


class Migration(migrations.Migration):
    dependencies = [("competition", "0015_rules_errata_hints")]

    operations = [migrations.RunSQL(FUNCTIONS, WITHOUT)]
