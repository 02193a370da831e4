"""Two clocks that can be moved, so that three months pass in minutes: a rehearsal's, and the database's own."""

from datetime import datetime, timedelta

import psycopg
from psycopg import sql

from competition.models import Competition
from competition.operations.move_clock import move_clock

SCHEMA = "challenge_clock"
CLOCKS = {
    "clock_timestamp": "VOLATILE",
    "statement_timestamp": "STABLE",
    "transaction_timestamp": "STABLE",
    "now": "STABLE",
}
OF_DEFAULTS = """
    SELECT d.adrelid::regclass::text, a.attname
    FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    JOIN pg_class c ON c.oid = d.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND pg_get_expr(d.adbin, d.adrelid) ILIKE '%statement_timestamp()%'
"""


class RehearsalClock:
    """What an organizer moves: the competition's own clock, while the machine's goes on as it does."""

    def __init__(self, competition: Competition) -> None:
        self._competition = competition

    def move_to(self, instant: datetime) -> None:
        """From now on it is this instant in the competition."""
        self._competition = move_clock(self._competition, organizer=None, to=instant)

    def now(self) -> datetime:
        """What the clock says."""
        return self._competition.now()

    def close(self) -> None:
        """Nothing is held."""

    def let_seconds_pass(self) -> None:
        """Boards are published once a second at most by the machine's clock, which can't be hurried."""


class DatabaseClock:
    """The clock of a whole database, for a competition that is no rehearsal: the server takes all time from there.

    The functions that PostgreSQL tells the time by get namesakes in a schema that is looked into first. The server's
    own code is as it always is.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._install()
        self._connection = psycopg.connect(url, autocommit=True)

    def move_to(self, instant: datetime) -> None:
        """From now on it is this instant, and time goes on from there."""
        self._connection.execute(
            f"UPDATE {SCHEMA}.ahead SET span = %s - pg_catalog.clock_timestamp()",
            [instant],
        )

    def now(self) -> datetime:
        """What the clock says."""
        row = self._connection.execute("SELECT clock_timestamp()").fetchone()
        return row[0]

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def let_seconds_pass(self) -> None:
        """So that the next board is due."""
        self.move_to(self.now() + timedelta(seconds=2))

    def _install(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {SCHEMA}")
            connection.execute(f"CREATE TABLE {SCHEMA}.ahead AS SELECT interval '0' AS span")
            for name, volatility in CLOCKS.items():
                connection.execute(
                    f"CREATE FUNCTION {SCHEMA}.{name}() RETURNS timestamptz LANGUAGE sql {volatility} "
                    f"AS 'SELECT pg_catalog.{name}() + (SELECT span FROM {SCHEMA}.ahead)'"
                )
            connection.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO PUBLIC")
            connection.execute(f"GRANT SELECT ON {SCHEMA}.ahead TO PUBLIC")
            database = sql.Identifier(connection.info.dbname)
            words = f"ALTER DATABASE {{}} SET search_path = {SCHEMA}, pg_catalog, public"
            connection.execute(sql.SQL(words).format(database))
        with psycopg.connect(self.url, autocommit=True) as connection:
            for table, column in connection.execute(OF_DEFAULTS).fetchall():
                words = "ALTER TABLE {} ALTER COLUMN {} SET DEFAULT statement_timestamp()"
                connection.execute(sql.SQL(words).format(sql.Identifier(table), sql.Identifier(column)))
