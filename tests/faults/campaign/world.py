"""What the campaign is fought over: the server, one small competition with its teams, and the processes to be found."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from competition.embedded.runtime import REPOSITORY
from tests.faults.campaign.stack import READY
from tests.services import short_temporary_folder

LONGEST_START = 180
LONGEST_ANSWER = 60
"""Seconds."""
NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "STORAGE_DIR", "LABELS_PRIVATE_KEY_FILE", "SECRET_KEY", "STATIC_ROOT")


@dataclass(frozen=True)
class Team:
    """A team by its name, and a token of each of its two members."""

    name: str
    tokens: tuple[str, str]


@dataclass
class World:
    """A running server on a folder of its own."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    settings: dict[str, str]
    client: httpx.Client
    """Speaks to the web process; connections are kept, and break where it is killed."""
    teams: tuple[Team, ...] = ()

    def processes(self, *words: str) -> list[psutil.Process]:
        """What runs below the supervisor and has one of the words in its command line, the eldest first."""
        found = []
        with suppress(psutil.NoSuchProcess):
            for process in psutil.Process(self.process.pid).children():
                with suppress(psutil.NoSuchProcess):
                    if any(word in " ".join(process.cmdline()) for word in words):
                        found.append(process)
        return sorted(found, key=lambda process: process.pid)

    def logged(self, words: str) -> int:
        """How often the programs have said that."""
        logs = (self.folder / "log").glob("*.log*")
        return sum(log.read_text(errors="replace").count(words) for log in logs)

    def last_lines(self, name: str, number: int = 15) -> list[str]:
        """The end of a program's log."""
        log = self.folder / "log" / f"{name}.log"
        return log.read_text(errors="replace").splitlines()[-number:] if log.exists() else []


@contextmanager
def running_world(**environment: str) -> Iterator[World]:
    """Start the server; it and its folder are gone when the block ends. Raises RuntimeError when it doesn't start."""
    folder = Path(tempfile.mkdtemp(prefix="vindr-faults-", dir=short_temporary_folder()))
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    with open(folder / "supervisor.log", "ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.campaign.stack", str(folder)],
            cwd=REPOSITORY,
            env={**inherited, **environment},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        settings = _wait_for_start(folder, process)
        with httpx.Client(base_url=settings["ADDRESS"], timeout=LONGEST_ANSWER) as client:
            yield World(folder, process, settings, client)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for_start(folder: Path, process: "subprocess.Popen[bytes]") -> dict[str, str]:
    deadline = time.monotonic() + LONGEST_START
    while not (folder / READY).exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server does not start: {(folder / 'supervisor.log').read_text()}")
        time.sleep(0.05)
    return json.loads((folder / READY).read_text())


def wait_until_ready(world: World) -> None:
    """Until `/readyz` says that database, bell, storage and a worker are there."""
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if world.client.get("/readyz").status_code == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the server is not ready: {world.last_lines('web')} {world.last_lines('worker')}")


def use_as_owner(world: World) -> None:
    """From now on Django in this process is the server's, as the owner of its database."""
    os.environ.update(world.settings)
    os.environ["DJANGO_SETTINGS_MODULE"] = "competition.settings"
    import django

    django.setup()
