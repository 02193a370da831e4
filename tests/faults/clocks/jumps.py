"""One clock after another is put an hour ahead and an hour back while files come in, and nothing waits for long."""

import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path

import psycopg
import redis

from tests.faults.campaign.ledger import Ledger
from tests.faults.campaign.watch import NEVER, Watch
from tests.faults.campaign.world import World
from tests.faults.clocks.clock import LIBRARY, put

HOUR = 3600
JUMPS = (("ahead", HOUR), ("back to right", 0), ("behind", -HOUR), ("to right", 0))
OF_ONE_CLOCK = {name: sentence for name, sentence in NEVER.items() if "now()" not in sentence}
"""What the books may never say, whatever the time is."""
PROMISED = 45.0
"""Seconds within which all that was there at a jump is final: a lease of 30, and some for an attempt."""
LEFT = """
    SELECT count(*) FROM competition_evaluation
    WHERE id <= %s AND (state IN ('waiting', 'running') OR (state = 'done' AND counted_at IS NULL))
"""

SLOW = 60.0
"""Seconds that an answer may be under way."""


def _of_postgres(world: World) -> float:
    with psycopg.connect(world.settings["DATABASE_URL"]) as connection:
        return float(connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()[0])


def _of_valkey(world: World) -> float:
    with redis.Redis.from_url(world.settings["REDIS_URL"]) as bell:
        return float(bell.time()[0])


def _of_web(world: World) -> float:
    return parsedate_to_datetime(world.client.get("/healthz").headers["Date"]).timestamp()


TOLD_BY = {"postgres": _of_postgres, "valkey": _of_valkey, "web": _of_web}


@dataclass
class Jumps:
    """For each program: an hour ahead, right again, an hour behind, right again; the last one stays behind."""

    world: World
    ledger: Ledger
    watch: Watch
    programs: tuple[str, ...]
    pause: float
    kills: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")

    def go_on(self) -> None:
        """Each jump, some seconds of uploads, and then until what is there is final."""
        plan = [(name, words, seconds) for name in self.programs for words, seconds in JUMPS][:-1]
        for name, words, seconds in plan:
            put(self.world.folder / "clocks" / name, seconds)
            self.kills[f"{name} {words}"] += 1
            self._look_at(name, seconds)
            time.sleep(self.pause)
            self._wait_for_what_is_there(f"{name} {words}")

    def _look_at(self, name: str, seconds: int) -> None:
        """Whether the clock has moved, where a program tells what time it has."""
        if name not in TOLD_BY:
            return
        if abs(TOLD_BY[name](self.world) - time.time() - seconds) > SLOW:
            self.ledger.breach(f"the clock of {name} was not moved to {seconds:+d} s")

    def _wait_for_what_is_there(self, jump: str) -> None:
        began, newest = time.monotonic(), self._ask("SELECT coalesce(max(id), 0) FROM competition_evaluation")
        while self._ask(LEFT, newest) and (took := time.monotonic() - began) < 2 * PROMISED:
            time.sleep(0.2)
        took = time.monotonic() - began
        self.slowest = max(self.slowest, (took, jump))
        if took > PROMISED:
            self.ledger.breach(f"{jump}: what was there was final only after {took:.0f} s")

    def _ask(self, question: str, *values: object) -> int:
        with suppress(psycopg.OperationalError), psycopg.connect(self.world.settings["DATABASE_URL"]) as connection:
            return connection.execute(question, values).fetchone()[0]
        return 1


def clocks_of(folder: Path) -> tuple[str, ...]:
    """The programs that have a clock, PostgreSQL's last: it stays behind at the end."""
    found = {file.name for file in (folder / "clocks").iterdir()} - {"postgres", LIBRARY}
    return (*sorted(found), "postgres")
