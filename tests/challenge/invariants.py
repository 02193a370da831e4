"""What must hold in the tables once all is over, as SQL: each sentence with a query that finds what breaks it."""

from typing import Any

import psycopg

from tests.challenge.server import Deviation

BREAKS = {
    "every accepted submission is in a state, and in one": """
        SELECT 1 WHERE (SELECT count(*) FROM competition_submission) <> (
            SELECT count(*) FROM competition_submission s WHERE refunded_at IS NOT NULL OR 1 = (
                SELECT count(*) FROM competition_evaluation e JOIN competition_groundtruth g ON g.id = e.ground_truth_id
                WHERE e.submission_id = s.id AND g.state = 'active' AND e.state = 'done'))""",
    "nothing waits and nothing runs": """
        SELECT id FROM competition_evaluation WHERE state IN ('waiting', 'running')""",
    "what is scored has one current result, on both parts": """
        SELECT s.id FROM competition_submission s WHERE refunded_at IS NULL AND 2 <> (
            SELECT count(*) FROM competition_score c JOIN competition_evaluation e ON e.id = c.evaluation_id
            JOIN competition_groundtruth g ON g.id = e.ground_truth_id
            WHERE e.submission_id = s.id AND g.state = 'active' AND e.state = 'done')""",
    "what is done is counted by a board": """
        SELECT e.id FROM competition_evaluation e JOIN competition_groundtruth g ON g.id = e.ground_truth_id
        WHERE g.state = 'active' AND e.state = 'done' AND e.counted_at IS NULL""",
    "what is refunded has no score": """
        SELECT s.id FROM competition_submission s JOIN competition_evaluation e ON e.submission_id = s.id
        WHERE s.refunded_at IS NOT NULL AND e.state = 'done'""",
    "nothing late is chosen or stands on a final board": """
        SELECT id FROM competition_submission WHERE late AND (picked_at IS NOT NULL OR selected_at IS NOT NULL)""",
    "no team has chosen more than its phase allows": """
        SELECT s.team_id FROM competition_submission s JOIN competition_phase p ON p.id = s.phase_id
        WHERE s.selected_at IS NOT NULL GROUP BY s.team_id, s.phase_id, s.track_id, p.most_selected
        HAVING count(*) > p.most_selected""",
    "no team has used more of a day than its limit and what it was allowed, but where two became one": """
        WITH used AS (
            SELECT s.team_id, s.phase_id, s.track_id, (s.received_at AT TIME ZONE 'UTC')::date AS day,
                count(*) AS number
            FROM competition_submission s WHERE NOT s.late AND s.refunded_at IS NULL GROUP BY 1, 2, 3, 4)
        SELECT u.team_id FROM used u JOIN competition_phase p ON p.id = u.phase_id
        WHERE NOT EXISTS (SELECT 1 FROM competition_team m WHERE m.merged_into_id = u.team_id)
        AND u.number > p.daily_limit + COALESCE((
            SELECT sum(a.extra) FROM competition_allowance a WHERE a.team_id = u.team_id AND a.phase_id = u.phase_id
            AND a.track_id = u.track_id AND a.day = u.day), 0)""",
    "one ground truth is active": """
        SELECT 1 WHERE 1 <> (SELECT count(*) FROM competition_groundtruth WHERE state = 'active')""",
    "nobody is left in a team that has joined another": """
        SELECT m.id FROM competition_membership m JOIN competition_team t ON t.id = m.team_id
        WHERE t.merged_into_id IS NOT NULL""",
    "nothing waits to be published": "SELECT id FROM competition_publishrequest",
}


def check_invariants(connection: psycopg.Connection[Any]) -> int:
    """How many sentences hold; raises Deviation for the first that doesn't."""
    for sentence, breaks in BREAKS.items():
        found = connection.execute(breaks).fetchall()
        if found:
            raise Deviation(f'"{sentence}" does not hold: {found[:5]}')
    return len(BREAKS)
