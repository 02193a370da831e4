"""Looks into the books every two seconds while the faults go on: what may never be is not there at any instant."""

import threading
from collections.abc import Mapping
from contextlib import suppress

import psycopg

from tests.faults.campaign.ledger import Ledger

EVERY = 2.0
NEVER = {
    "nothing is running 45 s after its lease": """
        SELECT id FROM competition_evaluation WHERE state = 'running' AND lease_until < now() - interval '45 s'""",
    "nothing has run for longer than a job may and 45 s": """
        SELECT id FROM competition_evaluation WHERE state = 'running' AND started_at < now() - interval '225 s'""",
    "what counts is done and has a score": """
        SELECT e.id FROM competition_evaluation e WHERE e.counted_at IS NOT NULL AND 1 <> (
            SELECT count(*) FROM competition_score c WHERE c.evaluation_id = e.id)""",
    "what is not done has no score": """
        SELECT e.id FROM competition_evaluation e JOIN competition_score c ON c.evaluation_id = e.id
        WHERE e.state <> 'done'""",
    "every submission has one evaluation": """
        SELECT s.id FROM competition_submission s LEFT JOIN competition_evaluation e ON e.submission_id = s.id
        GROUP BY s.id HAVING count(e.id) <> 1""",
}
FIGURES = """
    SELECT count(*) FILTER (WHERE e.state IN ('waiting', 'running') OR (e.state = 'done' AND e.counted_at IS NULL)),
        coalesce(max(extract(epoch FROM now() - e.lease_until)) FILTER (WHERE e.state = 'running'), 0)
    FROM competition_evaluation e
"""


class Watch(threading.Thread):
    """Reads only; where the database is away it looks again later."""

    def __init__(self, url: str, ledger: Ledger, never: Mapping[str, str] = NEVER, every: float = EVERY) -> None:
        super().__init__(name="watch", daemon=True)
        self._url, self._ledger, self._never, self._every = url, ledger, never, every
        self._over = threading.Event()
        self.looks = 0
        self.unfinished = 0
        """Evaluations that no board counts yet, at the last look."""
        self.most_unfinished = 0
        self.longest_past_lease = 0.0
        """Seconds for which something was still running after its lease."""

    def finish(self) -> None:
        """Look no more."""
        self._over.set()
        self.join()

    def run(self) -> None:
        """Until `finish`."""
        while not self._over.wait(self._every):
            with suppress(psycopg.OperationalError), psycopg.connect(self._url, connect_timeout=5) as connection:
                self._look(connection)

    def _look(self, connection: psycopg.Connection) -> None:
        for sentence, breaks in self._never.items():
            if found := connection.execute(breaks).fetchall():
                self._ledger.breach(f'"{sentence}" did not hold: {found[:5]}')
        unfinished, late = connection.execute(FIGURES).fetchone()
        self.unfinished = unfinished
        self.most_unfinished = max(self.most_unfinished, unfinished)
        self.longest_past_lease = max(self.longest_past_lease, float(late))
        self.looks += 1
