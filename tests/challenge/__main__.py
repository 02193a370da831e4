"""`python -m tests.challenge`: play a challenge of 200 teams and print what was compared; `--help` tells the rest."""

import argparse
import os
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.challenge.teams import FEWEST_TEAMS
from tests.services import Services

LINES_OF_THE_LOG = 30


def main() -> int:
    """Play; the exit code says whether everything was as it must be."""
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all that was started is stopped
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, _terminal(Path(folder, "log")) as terminal, _database() as url:
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "competition.settings"
        django.setup()
        from tests.challenge.stage import play_challenge

        table = play_challenge(
            url,
            Path(folder),
            teams=asked.teams,
            images=asked.images,
            seed=asked.seed,
            rehearsal=asked.rehearsal,
            say=lambda text: print(f"\r{text} ", end="", file=terminal, flush=True),
        )
        print(file=terminal)
        for name, value in [*table, ("seconds", round(time.monotonic() - began))]:
            print(f"{name:<50}{value:>14}", file=terminal)
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.challenge", description="Play a challenge over three months."
    )
    parser.add_argument("--teams", type=int, default=200, help=f"at least {FEWEST_TEAMS}")
    parser.add_argument("--images", type=int, default=360)
    parser.add_argument("--seed", type=int, default=20261125)
    parser.add_argument(
        "--rehearsal",
        action="store_true",
        help="as a rehearsal with the competition's own clock; otherwise the database's is moved",
    )
    asked = parser.parse_args()
    if asked.teams < FEWEST_TEAMS:
        parser.error(f"the play has parts for {FEWEST_TEAMS} teams")
    return asked


@contextmanager
def _terminal(log: Path) -> Iterator[TextIO]:
    """Everything that the processes write goes into the log, whose end is shown if the play ends badly."""
    terminal = os.fdopen(os.dup(1), "w")
    with open(log, "ab") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    try:
        yield terminal
    except BaseException as error:
        lines = log.read_text(errors="replace").splitlines()
        notable = [line for line in lines if "ERROR" in line][-LINES_OF_THE_LOG:]
        print("", *notable, f"NOT AS IT MUST BE: {error}", sep="\n", file=terminal, flush=True)
        raise
    finally:
        terminal.flush()


@contextmanager
def _database() -> Iterator[str]:
    """PostgreSQL and Valkey of the run's own (or those of the environment), and an empty database; yields its URL."""
    services = Services()
    os.environ.update(services.environment())
    server = os.environ["DATABASE_URL"]
    name = f"challenge_{secrets.token_hex(4)}"
    try:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        os.environ["DATABASE_URL"] = make_conninfo(server, dbname=name)
        yield os.environ["DATABASE_URL"]
    finally:
        _drop(server, name)
        services.stop()


def _drop(server: str, name: str) -> None:
    """PostgreSQL waits some seconds for the last session to end; a database that stays does no harm."""
    for _ in range(3):
        with suppress(psycopg.Error), psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
            return
        time.sleep(0.25)


if __name__ == "__main__":
    sys.exit(main())
