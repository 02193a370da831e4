"""A DATA_DIR that every user reaches, and a supervisor in a process of its own to be killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psutil
import psycopg
import pytest
import redis

from competition.embedded.runtime import REPOSITORY
from tests.services import short_temporary_folder

NOT_INHERITED = {
    "DATABASE_URL",
    "REDIS_URL",
    "STORAGE_DIR",
    "LABELS_PRIVATE_KEY_FILE",
    "SECRET_KEY",
    "STATIC_ROOT",
}


class Foreground:
    """A supervisor that runs in the foreground of a process of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.process: subprocess.Popen[str] | None = None

    def start(self, *programs: str) -> "Foreground":
        """Start it and wait until it is ready, or has given up."""
        command = [sys.executable, "-m", "tests.embedded.foreground", *programs]
        self.process = start_in_foreground(command, self.data_dir)
        answer = self.process.stdout.readline().split()
        if answer[:1] == ["ready"]:
            self.database_url, self.bell_url = answer[1:]
        return self

    @property
    def family(self) -> list[psutil.Process]:
        """All processes that it has started, and theirs."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, word: str) -> psutil.Process | None:
        """The direct child with that word in its command line, if it lives."""
        children = living(psutil.Process(self.process.pid).children())
        return next((child for child in children if word in " ".join(told(child.cmdline, []))), None)

    def query(self, text: str) -> list[tuple]:
        """Ask the database, as soon as it answers."""
        return eventually(lambda: self._query_once(text))

    def _query_once(self, text: str) -> list[tuple] | None:
        try:
            with psycopg.connect(self.database_url, autocommit=True, connect_timeout=2) as connection:
                found = connection.execute(text)
                return found.fetchall() if found.description else [()]
        except psycopg.OperationalError:
            return None

    def ping(self) -> bool:
        """Ask Valkey, as soon as it answers."""
        return eventually(self._ping_once)

    def _ping_once(self) -> bool:
        try:
            with redis.Redis.from_url(self.bell_url) as client:
                return client.ping()
        except redis.RedisError:
            return False

    def end(self, number: signal.Signals) -> tuple[str, str]:
        """Send the signal and return what it says until it ends."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=20)


def start_in_foreground(command: list[str], data_dir: Path, **settings: str) -> subprocess.Popen[str]:
    """Start a command from the repository with no other settings than these."""
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env={**inherited, "DATA_DIR": str(data_dir), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


Answer = TypeVar("Answer")


def eventually(ask: Callable[[], Answer], seconds: float = 10) -> Answer:
    """Ask until the answer is true."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, "it has not happened"
        time.sleep(0.02)
    return answer


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those of the processes that have not ended."""
    return [p for p in processes if p.is_running() and told(p.status, psutil.STATUS_ZOMBIE) != psutil.STATUS_ZOMBIE]


def told(question: Callable[[], Answer], otherwise: Answer) -> Answer:
    """What a process says of itself, such as `process.environ`; work horses end while one asks."""
    try:
        return question()
    except psutil.NoSuchProcess:
        return otherwise


@contextmanager
def new_data_dir() -> Iterator[Path]:
    """An empty folder with a short path that all users reach."""
    path = Path(tempfile.mkdtemp(prefix="vindr-demo-", dir=short_temporary_folder()))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A DATA_DIR of the test's own."""
    with new_data_dir() as path:
        yield path


@pytest.fixture
def as_root() -> None:
    """Only root can become another user."""
    if os.geteuid() != 0:
        pytest.skip("needs root")


@pytest.fixture
def foreground(data_dir: Path) -> Iterator[Foreground]:
    """A supervisor that is not started yet; nothing of it is left after the test."""
    supervisor = Foreground(data_dir)
    yield supervisor
    if supervisor.process and supervisor.process.poll() is None:
        supervisor.end(signal.SIGTERM)
    if supervisor.process:
        supervisor.process.stdout.close()
        supervisor.process.stderr.close()
