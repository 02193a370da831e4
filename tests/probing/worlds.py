"""Worlds that differ in one thing alone.

A world is a copy of one database (`CREATE DATABASE … TEMPLATE`), taken when all is handed in and nothing is scored: the
same rows, ids, counters, sessions and tokens. Its clock stands still, since the functions that tell the time are found
in a schema of its own. So whatever is another in two worlds follows from the thing that was made another.
"""

import functools
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from competition import jobs, queue
from competition.models import Evaluation
from competition.operations.sweep import publish_ready
from competition.web.kept import Kept

OF_READERS = ("competition.api", "competition.operations", "competition.web")
CLOCKS = ("clock_timestamp", "statement_timestamp", "transaction_timestamp", "now")
STOPPED_CLOCK = "CREATE SCHEMA stopped; CREATE TABLE stopped.clock AS SELECT timestamptz '2026-03-01 09:00Z' AS at;" + (
    "".join(
        f"CREATE FUNCTION stopped.{name}() RETURNS timestamptz LANGUAGE sql AS 'SELECT at FROM stopped.clock';"
        for name in CLOCKS
    )
)


class Worlds:
    """The database that the worlds are copies of."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.made = 0
        with _server() as server:
            _copy(server, str(connection.settings_dict["NAME"]), name)
        with database(name, stopped=False), connection.cursor() as cursor:
            cursor.execute(STOPPED_CLOCK)

    @contextmanager
    def first(self) -> Iterator[None]:
        """The block is in the database that will be copied."""
        with database(self.name):
            yield

    @contextmanager
    def another(self) -> Iterator[None]:
        """The block is in a fresh copy, which goes with its end. What the process remembers is forgotten before."""
        self.made += 1
        copy = f"{self.name}_{self.made}"
        with _server() as server:
            _copy(server, self.name, copy)
        forget()
        try:
            with database(copy):
                yield
        finally:
            with _server() as server:
                _drop(server, copy)

    def close(self) -> None:
        """Nothing is left."""
        with _server() as server:
            _drop(server, self.name)


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    connection.close()
    with psycopg.connect(make_conninfo(os.environ["DATABASE_URL"], dbname="postgres"), autocommit=True) as server:
        yield server


def _copy(server: psycopg.Connection, old: str, new: str) -> None:
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(new), sql.Identifier(old)))


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


@contextmanager
def database(name: str, *, stopped: bool = True) -> Iterator[None]:
    """Django's connection leads to another database, where the time is told by a stopped clock."""
    settings = connection.settings_dict
    before = settings["NAME"], settings["OPTIONS"]
    connection.close()
    settings["NAME"] = name
    if stopped:
        settings["OPTIONS"] = {**before[1], "options": "-c search_path=stopped,pg_catalog,public"}
    try:
        yield
    finally:
        connection.close()
        settings["NAME"], settings["OPTIONS"] = before


def tick() -> None:
    """A minute goes by."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE stopped.clock SET at = at + interval '1 minute'")


def forget() -> None:
    """What this process remembers of the database: the images, drawn boards, and what may be remembered one day."""
    for kept in gc.get_objects():
        if type(kept) is Kept:
            kept.__init__(kept._most, kept._weigh)
        if type(kept) is functools._lru_cache_wrapper and kept.__module__.startswith(OF_READERS):
            kept.cache_clear()
    queue.connection().flushdb()


def work() -> None:
    """All that waits is scored, published and looked over, as by worker and sweeper; a minute for each."""
    for evaluation in Evaluation.objects.filter(state="waiting").order_by("submission__received_at"):
        tick()
        jobs.evaluate_next(evaluation.pk, evaluation.attempt)
        publish_ready()
        jobs.look_over(evaluation.pk)
    assert not Evaluation.objects.exclude(state="done").exists()
    tick()
