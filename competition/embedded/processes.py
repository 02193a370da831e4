"""Starting a program as another user, and finding what it left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from competition.embedded.accounts import Account
from competition.embedded.errors import CannotStartError
from competition.embedded.lifeline import die_with_parent


@dataclass(frozen=True)
class Program:
    """Something that can be started: the first word of `command` is looked up in the PATH of `environment`.

    Commands name no absolute path, so that a process list shows what runs and not where the data lies.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    account: Account
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    umask: int = 0o027
    sockets: tuple[int, ...] = ()
    grace: float = 3
    """Seconds between the stop signal and the kill."""
    stop_stage: int = 0
    """Programs of one stage are stopped together, those of a later one when they have ended."""
    clear: Callable[[], None] = field(default=lambda: None)
    """Called before every start and after every end, to clear away what a killed program left."""


def start(program: Program, output: IO[bytes] | int) -> subprocess.Popen[bytes]:
    """Start the program in a session of its own; it gets `orphan_signal` when this process ends.

    Must be called from the main thread: the kernel ties the program to the life of the calling thread.
    """
    program.clear()
    parent = os.getpid()
    account = program.account if os.geteuid() == 0 else None
    try:
        return subprocess.Popen(
            program.command,
            cwd=program.folder,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            umask=program.umask,
            pass_fds=program.sockets,
            preexec_fn=lambda: die_with_parent(parent, program.orphan_signal),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=account.groups if account else None,
        )
    except (OSError, subprocess.SubprocessError) as failure:
        raise CannotStartError(f"{program.name} can't be started: {failure}.") from failure


def session_of(leader: int) -> set[int]:
    """Return the processes of the session that `leader` began, itself included."""
    return {pid for pid in all_processes() if session_number(pid) == leader}


def processes_in(folder: Path, name: str) -> set[int]:
    """Return the processes called `name` whose current folder is `folder`: a server's is its data folder."""
    found = set()
    for pid in all_processes():
        with suppress(OSError):
            here = os.readlink(f"/proc/{pid}/cwd") == str(folder.resolve())
            if here and Path(f"/proc/{pid}/comm").read_text().strip() == name:
                found.add(pid)
    return found


def all_processes() -> list[int]:
    """Return the numbers of all processes."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def session_number(pid: int) -> int | None:
    """Return the session of a process; None once it has ended, waited for or not."""
    try:
        state, _, _, session, *_ = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if state == "Z" else int(session)


def end(pids: Callable[[], Collection[int]], seconds: float = 5) -> None:
    """Kill what `pids` returns until it returns nothing more. Raises CannotStartError when it never does."""
    deadline = time.monotonic() + seconds
    while left := pids():
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            raise CannotStartError(f"Processes of an earlier run don't end: {sorted(left)}.")
        time.sleep(0.02)
