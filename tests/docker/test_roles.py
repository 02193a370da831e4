"""docker/roles.sql on a real PostgreSQL, as the `roles` service runs it."""

import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from competition.embedded import postgres
from competition.embedded.folders import make_folder
from competition.embedded.processes import start
from competition.environment import REPOSITORY
from tests import services
from tests.packages import packages_for_others
from tests.running import wait_until

ROLES = ("owner", "web", "scorer")


class Server:
    """A PostgreSQL that nobody has set up yet."""

    def __init__(self, folder: Path) -> None:
        account = services.services.accounts.postgres
        make_folder(folder, account, 0o755)
        self.password = secrets.token_hex(8)
        packages = packages_for_others(folder / "wheels")
        sockets = make_folder(folder / "run", account, 0o755)
        self.cluster = postgres.Cluster(folder / "database", sockets, packages, account, throw_away=True)
        postgres.initialise(self.cluster, self.password)
        with open(folder / "log", "ab") as log:
            self.process = start(postgres.program(self.cluster), log.fileno())
        self.superuser = self.cluster.url("postgres", self.password, "postgres")
        wait_until(lambda: postgres.is_ready(self.superuser), what="PostgreSQL")

    def run_script(self, passwords: Path) -> None:
        """Run roles.sql with the passwords that lie in the folder."""
        psql = self.cluster.binaries / "psql"
        words = [psql, "--no-psqlrc", "--quiet", f"--set=secrets={passwords}", self.superuser]
        script = REPOSITORY / "docker" / "roles.sql"
        environment = self.cluster.environment()
        subprocess.run([*words, f"--file={script}"], env=environment, check=True, timeout=30)

    def lets_in(self, role: str, passwords: Path) -> bool:
        """Whether the role gets into the database with its password."""
        return postgres.is_ready(self.cluster.url(f"vindr_{role}", (passwords / f"{role}_password").read_text()))


def write_passwords(folder: Path) -> Path:
    folder.mkdir()
    for role in ROLES:
        (folder / f"{role}_password").write_text(secrets.token_hex(8))
    return folder


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    folder = services.services.folder / "roles"
    fresh = Server(folder)
    yield fresh
    fresh.process.terminate()
    fresh.process.wait(timeout=20)


def test_the_script_makes_roles_that_get_in_and_takes_changed_passwords(server, tmp_path):
    first, second = write_passwords(tmp_path / "first"), write_passwords(tmp_path / "second")

    server.run_script(first)
    assert [server.lets_in(role, first) for role in ROLES] == [True, True, True]

    server.run_script(second)
    assert [server.lets_in(role, second) for role in ROLES] == [True, True, True]
    assert [server.lets_in(role, first) for role in ROLES] == [False, False, False]


def test_only_the_owner_may_make_tables(server, tmp_path):
    passwords = write_passwords(tmp_path / "passwords")
    server.run_script(passwords)

    def make_table(role: str) -> None:
        password = (passwords / f"{role}_password").read_text()
        with psycopg.connect(server.cluster.url(f"vindr_{role}", password)) as connection:
            connection.execute("CREATE TABLE made (id int)")

    make_table("owner")
    for role in ("web", "scorer"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            make_table(role)
