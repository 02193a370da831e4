"""What has to go with a deleted person beyond the rights of the web process: letters, and the name that a team had.

A board stays written once but for that name: only the function that replaces it is let through, and it replaces nothing
else. Both functions check for themselves that the person, or the team, is deleted.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION forget_letters(person bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM competition_user
        WHERE id = person AND NOT is_active AND username = 'deleted person #' || person
    ) THEN
        RAISE EXCEPTION 'only a deleted person is forgotten' USING ERRCODE = 'restrict_violation';
    END IF;
    DELETE FROM competition_letter WHERE user_id = person;
END $$;

CREATE FUNCTION forget_team_name(team bigint, former text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    present record;
BEGIN
    SELECT name, competition_id INTO present FROM competition_team
    WHERE id = team AND name LIKE 'deleted team #' || team || '%'
        AND NOT EXISTS (SELECT FROM competition_membership WHERE team_id = team);
    IF NOT FOUND OR EXISTS (
        SELECT FROM competition_team WHERE competition_id = present.competition_id AND name = former
    ) THEN
        RAISE EXCEPTION 'only a deleted team loses its name' USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM set_config('vindr.forgets', 'yes', true);
    UPDATE competition_board board SET
        entries = (
            SELECT jsonb_agg(
                CASE WHEN row->>'team' = former THEN jsonb_set(row, '{team}', to_jsonb(present.name)) ELSE row END
                ORDER BY place
            ) FROM jsonb_array_elements(board.entries) WITH ORDINALITY AS rows (row, place)
        ),
        etag = left(encode(sha256((board.etag || present.name)::bytea), 'hex'), length(board.etag))
    FROM competition_phase phase
    WHERE board.phase_id = phase.id AND phase.competition_id = present.competition_id
        AND board.entries @> jsonb_build_array(jsonb_build_object('team', former));
    PERFORM set_config('vindr.forgets', '', true);
END $$;

REVOKE ALL ON FUNCTION forget_letters, forget_team_name FROM PUBLIC;

CREATE FUNCTION refuse_board_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('vindr.forgets', true) = 'yes'
        AND to_jsonb(NEW) - 'entries' - 'etag' = to_jsonb(OLD) - 'entries' - 'etag'
        AND jsonb_array_length(NEW.entries) = jsonb_array_length(OLD.entries)
        AND NOT EXISTS (
            SELECT FROM generate_series(0, jsonb_array_length(NEW.entries) - 1) AS place
            WHERE (NEW.entries -> place) - 'team' <> (OLD.entries -> place) - 'team'
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is written once and never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER a_board_is_immutable ON competition_board;
CREATE TRIGGER a_board_is_immutable BEFORE UPDATE ON competition_board
    FOR EACH ROW EXECUTE FUNCTION refuse_board_change();
"""
WITHOUT = """
DROP TRIGGER a_board_is_immutable ON competition_board;
CREATE TRIGGER a_board_is_immutable BEFORE UPDATE ON competition_board
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION refuse_board_change, forget_team_name, forget_letters;
"""


class Migration(migrations.Migration):
    dependencies = [("competition", "0018_personal_letters")]

    operations = [migrations.RunSQL(FUNCTIONS, WITHOUT)]
