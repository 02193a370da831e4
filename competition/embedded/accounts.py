"""The users that the programs of the demo run as."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from competition.embedded.errors import CannotStartError

NOBODY = 65534
VALKEY_UID, WEB_UID, WORKER_UID, SWEEPER_UID = range(60801, 60805)


@dataclass(frozen=True)
class Account:
    """A user by number; `groups` are the further groups that it belongs to."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()


@dataclass(frozen=True)
class Accounts:
    """Who runs what. An ordinary user runs everything; for root each program has a user of its own."""

    supervisor: Account
    postgres: Account
    valkey: Account
    web: Account
    worker: Account
    sweeper: Account

    @property
    def separate(self) -> bool:
        """Tell whether programs run as different users."""
        return self.supervisor.uid == 0


def accounts_for(database: Path) -> Accounts:
    """Choose the users; an existing `database` folder keeps its owner, since PostgreSQL insists on it.

    The numbers need no entry in the list of users. Raises CannotStartError when one of them is somebody's.
    """
    me = Account(os.geteuid(), os.getegid())
    if me.uid != 0:
        return Accounts(me, me, me, me, me, me)

    for uid in (VALKEY_UID, WEB_UID, WORKER_UID, SWEEPER_UID):
        refuse_when_taken(uid)
    return Accounts(
        supervisor=me,
        postgres=postgres_account(database),
        valkey=Account(VALKEY_UID, VALKEY_UID),
        web=Account(WEB_UID, WEB_UID),
        worker=Account(WORKER_UID, WORKER_UID, (WEB_UID,)),
        sweeper=Account(SWEEPER_UID, SWEEPER_UID, (WEB_UID,)),
    )


def refuse_when_taken(uid: int) -> None:
    """Raise CannotStartError when the user number belongs to somebody."""
    try:
        owner = pwd.getpwuid(uid).pw_name
    except KeyError:
        return
    raise CannotStartError(
        f"As root each program runs as a user of its own, and user number {uid} belongs to {owner}: "
        "run the demo as an ordinary user."
    )


def postgres_account(database: Path) -> Account:
    """Return the owner of an existing database folder, else `postgres` if there is one, else `nobody`."""
    if database.exists() and database.stat().st_uid != 0:
        found = database.stat()
        return Account(found.st_uid, found.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(NOBODY, NOBODY)
