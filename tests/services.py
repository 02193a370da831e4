"""A pytest plugin: PostgreSQL and Valkey of the run's own, and the settings that lead to them.

It starts them before pytest-django loads the settings, which a conftest.py can't. Both end with pytest, in
whatever way that ends. Where DATABASE_URL or REDIS_URL is set, that server is used instead. With `-n`, each of xdist's
processes has servers of its own.
"""

import atexit
import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from pathlib import Path

import psycopg
import pytest

from competition.embedded import postgres, valkey
from competition.embedded.accounts import accounts_for
from competition.embedded.credentials import kept_key_pair
from competition.embedded.folders import make_folder
from competition.embedded.processes import Program, start
from tests.packages import packages_for_others

PREFIX = "vindr-tests-"
OURS = "VINDR_TESTS_STARTED"
"""Names the settings that this plugin made: they are of the process that distributes the tests, and of no other."""


class Services:
    """The servers of one run and the folder that holds all they write."""

    def __init__(self) -> None:
        remove_abandoned_folders()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=short_temporary_folder()))
        self.folder.chmod(0o755)
        self.lock = open(self.folder / "lock", "w")  # noqa: SIM115 - held until the run ends
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.accounts = accounts_for(self.folder / "database")
        self.running: list[tuple[Program, subprocess.Popen[bytes]]] = []
        atexit.register(self.stop)

    def environment(self) -> dict[str, str]:
        """Start what is not given from outside, and return the settings of the code under test."""
        keys = kept_key_pair(self.folder / "keys", self.accounts)
        found = {
            "SECRET_KEY": secrets.token_hex(32),
            "HTTPS": "false",
            "ORGANIZERS_NEED_SECOND_FACTOR": "false",
            "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1],testserver",
            "STORAGE_DIR": str(make_folder(self.folder / "storage", self.accounts.supervisor, 0o700)),
            "STATIC_ROOT": str(make_folder(self.folder / "static", self.accounts.supervisor, 0o755)),
            "LABELS_PUBLIC_KEY": keys.public,
            "LABELS_PRIVATE_KEY_FILE": str(keys.private_file),
        }
        ours = os.environ.get(OURS, "").split(",")
        given = {name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name) and name not in ours}
        packages = packages_for_others(self.folder / "wheels") if len(given) < 2 else self.folder
        if "DATABASE_URL" not in given:
            found["DATABASE_URL"] = self.start_postgres(packages)
        if "REDIS_URL" not in given:
            found["REDIS_URL"] = self.start_valkey(packages)
        # The processes of xdist read this plugin's name here before they read the settings, and nowhere else.
        return {**found, OURS: ",".join({"DATABASE_URL", "REDIS_URL"} - given), "PYTEST_PLUGINS": "tests.services"}

    def start_postgres(self, packages: Path) -> str:
        """Start a PostgreSQL that forgets everything, and return its owner's connection string."""
        sockets = make_folder(self.folder / "run", self.accounts.postgres, 0o755)
        cluster = postgres.Cluster(self.folder / "database", sockets, packages, self.accounts.postgres, throw_away=True)
        postgres.initialise(cluster, password := secrets.token_hex(16))
        self.start(postgres.program(cluster))
        superuser = cluster.url(postgres.SUPERUSER, password, "postgres")
        self.wait_for(lambda: postgres.is_ready(superuser), "postgres")
        postgres.create_roles(superuser, dict.fromkeys((postgres.OWNER, postgres.WEB, postgres.SCORER), password))
        with psycopg.connect(superuser) as connection:
            connection.execute(f"ALTER ROLE {postgres.OWNER} CREATEDB")
        return cluster.url(postgres.OWNER, password)

    def start_valkey(self, packages: Path) -> str:
        """Start a Valkey that forgets everything, and return its connection string."""
        data = make_folder(self.folder / "bell", self.accounts.valkey, 0o755)
        bell = valkey.Bell(
            data, data / "socket", packages, self.accounts.valkey, secrets.token_hex(16), throw_away=True
        )
        self.start(valkey.program(bell))
        self.wait_for(lambda: valkey.is_ready(bell.url), "valkey")
        return bell.url

    def start(self, program: Program) -> None:
        """Start a server that writes into a log of its own."""
        with open(self.folder / f"{program.name}.log", "ab") as log:
            self.running.append((program, start(program, log.fileno())))

    def wait_for(self, ready: Callable[[], bool], name: str) -> None:
        """Wait until the server is ready, or end the run with what it said."""
        deadline = time.monotonic() + 30
        while not ready():
            if time.monotonic() > deadline or self.running[-1][1].poll() is not None:
                raise pytest.UsageError(f"{name} does not start: {(self.folder / f'{name}.log').read_text()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the servers and remove the folder. Safe to call twice."""
        for program, process in reversed(self.running):
            process.send_signal(program.stop_signal)
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
        self.running.clear()
        self.lock.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def short_temporary_folder() -> str:
    """Return a folder that every user reaches and whose path leaves room for a socket's."""
    return "/tmp" if os.access("/tmp", os.W_OK) else tempfile.gettempdir()


def remove_abandoned_folders() -> None:
    """Remove what runs left behind that were killed: nobody holds their lock."""
    for folder in Path(short_temporary_folder()).glob(f"{PREFIX}*"):
        try:
            with open(folder / "lock") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


services: Services | None = None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Start the services before pytest-django's hook of the same name reads the settings."""
    global services
    services = Services()
    os.environ.update(services.environment())
    yield


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the services after everybody else has let go of them."""
    if services:
        services.stop()
