"""The folder that holds everything of one demo, and the lock that says whether it runs."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from competition.embedded.accounts import Account
from competition.embedded.errors import CannotStartError
from competition.embedded.folders import make_folder
from competition.embedded.reach import closed
from competition.embedded.runtime import REPOSITORY


@dataclass(frozen=True)
class DataDir:
    """Where things lie. No name in it is the name of a program, so that a process list can't be misread."""

    path: Path

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    @property
    def connection(self) -> Path:
        """Return the file that tells management commands how to reach the running demo."""
        return self / "connection.json"

    @property
    def demo_file(self) -> Path:
        """Return the file with the demo's addresses, log-ins and tokens."""
        return self / "demo.json"


def chosen_data_dir() -> DataDir:
    """Return DATA_DIR, or its default: of the system for root, of the repository for anybody else."""
    default = Path("/var/lib/vindr-bench") if os.geteuid() == 0 else REPOSITORY / "var"
    return DataDir(Path(os.environ.get("DATA_DIR") or default).absolute())


def make_own_folder(folder: DataDir) -> None:
    """Make the folder, or take over one that is empty; root's lets other users pass, and a user's nobody else.

    One with folders of somebody else's in it keeps its mode: it may be a home. Raises CannotStartError when the
    folder can't be made or used.
    """
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise CannotStartError(f"DATA_DIR {folder.path} can't be made: {failure.strerror}.") from failure
    me, known = Account(os.geteuid(), os.getegid()), (folder / "lock").exists()
    if (known and folder.path.stat().st_uid != me.uid) or not os.access(folder.path, os.R_OK | os.W_OK | os.X_OK):
        raise CannotStartError(f"DATA_DIR {folder.path} belongs to another user: set it to a folder of yours.")
    if known or not any(entry.is_dir() for entry in folder.path.iterdir()):
        make_folder(folder.path, me, 0o755 if me.uid == 0 else 0o700)
    elif me.uid == 0 and closed(folder.path):
        raise CannotStartError(
            f"DATA_DIR {folder.path} is closed to the users that the programs run as, and holds other things: "
            "set it to a folder of its own."
        )


@contextmanager
def held(folder: DataDir) -> Iterator[None]:
    """Hold the folder's lock. Raises CannotStartError when another demo does; a killed one holds nothing."""
    try:
        lock = open(folder / "lock", "a+")  # noqa: SIM115 - closed below
    except OSError as failure:
        raise CannotStartError(f"{folder.path} can't be written to: {failure.strerror}.") from failure
    with lock:
        if not lock_soon(lock.fileno()):
            lock.seek(0)
            raise CannotStartError(
                f"Another demo (process {lock.read().strip() or 'unknown'}) runs on {folder.path}: "
                "stop it, or set DATA_DIR and PORT to run a second one."
            )
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def lock_at_once(file: int, kind: int) -> bool:
    """Take the lock if nobody else has it."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock_soon(file: int) -> bool:
    """Take the lock for this process alone, waiting out the moment for which a command may look at it."""
    for _ in range(10):
        if lock_at_once(file, fcntl.LOCK_EX):
            return True
        time.sleep(0.02)
    return False


def connection_of_running_demo(folder: DataDir) -> dict[str, str]:
    """Return the settings of the demo that runs on the folder. Raises CannotStartError when none does."""
    nothing_runs = CannotStartError(
        f"No demo runs on {folder.path}: start it with `make demo`, or set DATABASE_URL and the rest of .env.example."
    )
    try:
        with open(folder / "lock") as lock:
            if lock_at_once(lock.fileno(), fcntl.LOCK_SH):
                raise nothing_runs
        settings: dict[str, str] = json.loads(folder.connection.read_text())
    except FileNotFoundError:
        raise nothing_runs from None
    except PermissionError:
        raise CannotStartError(f"The demo on {folder.path} belongs to another user: run this as that user.") from None
    return settings
