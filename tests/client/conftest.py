"""The command line and the client against a real server, which is started once for a file of tests."""

import io
import json
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from tests.factory import make_competition, make_member, make_token
from tests.running import running, serving
from vindr_bench.command_line import main
from vindr_bench.transport import Transport

SETTINGS = ("TOKEN", "HOST", "COMPETITION", "CONFIG_DIR", "CACHE_DIR")


@dataclass(frozen=True)
class Run:
    """How one command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="module")
def server(django_db_setup):
    with serving() as address:
        yield address


@pytest.fixture
def workers(transactional_db):
    """What scores. It ends before the database is emptied, which would wait for it, or it for that."""
    with running("worker", "sweeper"):
        yield


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A person's home without a log-in, and a folder with nothing in it to work in."""
    for name in SETTINGS:
        monkeypatch.delenv(f"VINDR_BENCH_{name}", raising=False)
    for name, folder in (("HOME", ""), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache")):
        monkeypatch.setenv(name, str(tmp_path / "home" / folder))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "home"


@pytest.fixture
def run(home, capfdbinary, monkeypatch):
    """Runs a command in this process and returns how it ended."""

    def one(*arguments: str, stdin: str = "") -> Run:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capfdbinary.readouterr()
        code = main(arguments)
        sys.stdout.flush()
        captured = capfdbinary.readouterr()
        return Run(code, captured.out.decode(), captured.err.decode())

    return one


@pytest.fixture
def competition(transactional_db, tmp_path):
    return make_competition(tmp_path, bibtex="@misc{chest, title = {Chest}}")


@pytest.fixture
def member(competition):
    return make_member(competition, "ada")


@pytest.fixture
def ada(server, home, member, monkeypatch):
    """A member's token and the server, in the environment."""
    monkeypatch.setenv("VINDR_BENCH_TOKEN", make_token(member.user, "read", "submit"))
    monkeypatch.setenv("VINDR_BENCH_HOST", server)
    return member


@pytest.fixture
def in_no_time(monkeypatch):
    """Pauses between tries, which last no time; yields how long they would have been."""
    pauses = []
    plain = Transport.__init__

    def patient(self, *arguments, **named):
        plain(self, *arguments, **{**named, "sleep": pauses.append})

    monkeypatch.setattr(Transport, "__init__", patient)
    return pauses
