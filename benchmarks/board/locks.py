"""`python -m benchmarks.board.locks`: for how long each migration of a large database keeps readers or writers out.

The large competition is filled; then the migrations are taken back, from the last one, and made again. Looking into
`pg_locks` a hundred times a second tells for how long tables that were there before were locked against reading (ACCESS
EXCLUSIVE) and against writing (SHARE and what is stronger). What takes no lock on such a table shows as nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Final

from benchmarks.board.stand import found_large, services
from benchmarks.speed.tables import machine

EVERY: Final = 0.01
AGAINST_WRITING: Final = (
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
HELD: Final = """
    SELECT c.relname, bool_or(l.mode = 'AccessExclusiveLock') FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
    WHERE l.granted AND c.relkind = 'r' AND c.relname = ANY(%s) AND l.mode = ANY(%s) GROUP BY 1
"""


class Watch(threading.Thread):
    """Looks, over a connection of its own, for how many seconds each of the tables is locked."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(daemon=True)
        self.against_reading: dict[str, float] = defaultdict(float)
        self.against_writing: dict[str, float] = defaultdict(float)
        self._tables = tables
        self._over = threading.Event()

    def run(self) -> None:
        """Until the block's end; a lock is taken to have been held since the look before."""
        import psycopg

        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            before = time.monotonic()
            while not self._over.wait(EVERY):
                now = time.monotonic()
                for table, exclusive in connection.execute(HELD, [self._tables, list(AGAINST_WRITING)]):
                    self.against_writing[table] += now - before
                    self.against_reading[table] += (now - before) * exclusive
                before = now

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()


def main() -> None:
    """Print a line for each migration, in the order in which they are made."""
    options = _parser().parse_args()
    print(machine(), flush=True)
    with services(), tempfile.TemporaryDirectory() as folder:
        from benchmarks.board.fill import fill

        phase, track = found_large(Path(folder), opened_days=45)
        filled = fill(phase, track, teams=options.teams, submissions=options.submissions)
        names = _names()
        print(f"\n{options.teams:,} teams, {filled.submissions:,} submissions. Seconds:")
        print(f"{'migration':26}{'in all':>8}{'no reading':>12}{'no writing':>12}  longest locked")
        for name in reversed(names):
            _migrate(name)
        for name in names[1:]:
            print(_line(name), flush=True)


def _names() -> list[str]:
    from django.db.migrations.loader import MigrationLoader

    return sorted(name for app, name in MigrationLoader(None).graph.nodes if app == "competition")


def _migrate(name: str) -> None:
    from django.core.management import call_command

    call_command("migrate", "competition", name, interactive=False, verbosity=0)


def _line(name: str) -> str:
    from django.db import connection

    with Watch(connection.introspection.table_names()) as watch:
        began = time.monotonic()
        _migrate(name)
        took = time.monotonic() - began
    reading, writing = (max(held.values(), default=0.0) for held in (watch.against_reading, watch.against_writing))
    longest = max(watch.against_writing, key=lambda table: watch.against_writing[table], default="")
    return f"{name:26}{took:8.2f}{reading:12.2f}{writing:12.2f}  {longest}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.board.locks", description=__doc__)
    parser.add_argument("--teams", type=int, default=2_000)
    parser.add_argument("--submissions", type=int, default=50_000)
    return parser


if __name__ == "__main__":
    sys.exit(main())
