"""The demo's PostgreSQL and Valkey, or those that DATABASE_URL and REDIS_URL name."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from competition.embedded import postgres, valkey
from competition.embedded.accounts import Accounts
from competition.embedded.credentials import kept_secret
from competition.embedded.data_dir import DataDir
from competition.embedded.errors import CannotStartError
from competition.embedded.folders import give_away, make_folder
from competition.embedded.supervisor import Supervisor

LONGEST_START = 60
"""Seconds; a database that was killed in the middle of much work needs some to recover."""


@dataclass(frozen=True)
class Databases:
    """Connection strings: PostgreSQL's for the role of each kind of process, and Valkey's."""

    owner: str
    web: str
    scorer: str
    bell: str


def start_databases(supervisor: Supervisor, folder: DataDir, accounts: Accounts, packages: Path) -> Databases:
    """Start the servers that are not given from outside. Raises CannotStartError when one doesn't start."""
    make_folder(folder / "run", accounts.supervisor, 0o755)
    given = given_server("DATABASE_URL", postgres.why_not_ready)
    bell = given_server("REDIS_URL", valkey.why_not_ready) or start_valkey(supervisor, folder, accounts, packages)
    owner, web, scorer = [given] * 3 if given else start_postgres(supervisor, folder, accounts, packages)
    return Databases(owner, web, scorer, bell)


def given_server(setting: str, why_not_ready: Callable[[str], str | None]) -> str | None:
    """Return the connection string that is set, if one is. Raises CannotStartError when nothing answers there."""
    url = os.environ.get(setting)
    if url and (reason := why_not_ready(url)):
        raise CannotStartError(f"The server that {setting} names can't be used: {reason}.")
    return url or None


def started_here() -> str:
    """Say which servers are started, since no other is given."""
    servers = {"PostgreSQL": "DATABASE_URL", "Valkey": "REDIS_URL"}
    return " and ".join(server for server, setting in servers.items() if not os.environ.get(setting))


def start_valkey(supervisor: Supervisor, folder: DataDir, accounts: Accounts, packages: Path) -> str:
    """Start Valkey and return its connection string."""
    data = make_folder(folder / "bell", accounts.valkey, 0o700)
    give_away(data, accounts.valkey)
    sockets = make_folder(folder / "run" / "bell", accounts.valkey, 0o755)
    password = kept_secret(folder / "secrets", "bell", accounts.supervisor)
    bell = valkey.Bell(data, sockets / "socket", packages, accounts.valkey, password)
    supervisor.keep(valkey.program(bell))
    supervisor.wait_until(
        lambda: valkey.is_ready(bell.url),
        LONGEST_START,
        f"Valkey doesn't answer: see {supervisor.logs}/valkey.log.",
    )
    return bell.url


def start_postgres(supervisor: Supervisor, folder: DataDir, accounts: Accounts, packages: Path) -> tuple[str, str, str]:
    """Start PostgreSQL, on a new data folder at first, and return the strings of owner, web and scorer."""
    sockets = make_folder(folder / "run" / "db", accounts.postgres, 0o755)
    cluster = postgres.Cluster(folder / "database", sockets, packages, accounts.postgres)
    names = (postgres.SUPERUSER, postgres.OWNER, postgres.WEB, postgres.SCORER)
    passwords = {name: kept_secret(folder / "secrets", name, accounts.supervisor) for name in names}
    postgres.initialise(cluster, passwords[postgres.SUPERUSER])
    supervisor.keep(postgres.program(cluster))

    superuser = cluster.url(postgres.SUPERUSER, passwords.pop(postgres.SUPERUSER), "postgres")
    supervisor.wait_until(
        lambda: postgres.is_ready(superuser),
        LONGEST_START,
        f"PostgreSQL doesn't answer: see {supervisor.logs}/postgres.log.",
    )
    postgres.create_roles(superuser, passwords)
    owner, web, scorer = (cluster.url(name, password) for name, password in passwords.items())
    return owner, web, scorer
