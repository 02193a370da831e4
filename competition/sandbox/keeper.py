"""The server's side of the nursery: starts it, hands it files, and takes what comes back with doubt."""

import atexit
import contextlib
import os
import socket
import struct
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from competition.sandbox.limits import SENTENCES, End, Limits

READY = b"ready"
ENDING = struct.Struct("<III")
"""How a child ended (`End`), the most memory it touched in KiB, and its processor time in ms."""
LONGEST_ANSWER = 32 * 1024 * 1024
SECONDS_TO_START = 60
_REPOSITORY = Path(__file__).resolve().parent.parent.parent
RECOUNTS = "recounts"
"""What a nursery is told that is for recounts: it loads scikit-learn and pycocotools."""
_NAME = "of-a-worker"
"""For the eyes of who reads a process list: what scores belongs to a worker."""
_HARMLESS = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "VINDR_SCORING_PLAIN")
"""What the nursery sees of the environment: no address, no password, no key."""


class OverLimit(Exception):
    """A child has met a limit; which one is for the organizer."""


class ChildDied(Exception):
    """A child, or the nursery, ended without an answer and met no limit."""


@dataclass(frozen=True)
class Used:
    """What a child took."""

    memory_kib: int
    cpu_seconds: float


class Nursery:
    """A nursery's process and the way to it. A process that was forked from its owner may ask too."""

    def __init__(self, *, recounts: bool = False) -> None:
        self._words = [_NAME, *([RECOUNTS] if recounts else [])]
        self._owner = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None
        self._ready = False

    def keep(self) -> None:
        """Start it, unless it runs. For the owner; a fork leaves it as it is."""
        if self._process is not None and (os.getpid() != self._owner or self._process.poll() is None):
            return
        self.close()
        self._door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {name: os.environ[name] for name in _HARMLESS if name in os.environ}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "competition.sandbox", str(theirs.fileno()), *self._words],
                cwd=_REPOSITORY,
                env=environment | {"OPENBLAS_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._owner, self._ready = os.getpid(), False

    def close(self) -> None:
        """End it. Safe to call twice."""
        if self._door is not None:
            self._door.close()
            self._door = None
        if self._process is not None and os.getpid() == self._owner:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=5)
            self._process = None

    @property
    def pid(self) -> int | None:
        """Its process, if it was started."""
        return None if self._process is None else self._process.pid

    def ask(self, task: bytes, limits: Limits) -> tuple[bytes, Used]:
        """A child's answer to a task. Raises OverLimit or ChildDied."""
        self.keep()
        content = self._content(task, limits)
        if len(content) < ENDING.size:
            raise ChildDied("the process that scores ended without a word")
        end, memory, milliseconds = ENDING.unpack(content[-ENDING.size :])
        if end in SENTENCES:
            raise OverLimit(SENTENCES[End(end)])
        if end != End.BY_ITSELF:
            raise ChildDied("the process that scores broke off")
        return content[: -ENDING.size], Used(memory, milliseconds / 1000)

    def _content(self, task: bytes, limits: Limits) -> bytes:
        reading, writing = os.pipe2(os.O_CLOEXEC)
        given = os.memfd_create("task")
        with open(reading, "rb") as answer:
            try:
                with open(given, "wb", closefd=False) as whole:
                    whole.write(task)
                os.lseek(given, 0, os.SEEK_SET)
                self._hand_over(limits.as_bytes(), [given, writing])
            finally:
                os.close(given)
                os.close(writing)
            content = answer.read(LONGEST_ANSWER + 1)
        if len(content) > LONGEST_ANSWER:
            raise ChildDied("the process that scores would not stop answering")
        return content

    def _hand_over(self, message: bytes, files: list[int]) -> None:
        if self._door is None:
            raise ChildDied("there is no process that scores")
        try:
            if not self._ready:
                self._door.settimeout(SECONDS_TO_START)
                self._ready = self._door.recv(len(READY), socket.MSG_PEEK) == READY
                self._door.settimeout(None)
            socket.send_fds(self._door, [message], files)
        except OSError as error:
            raise ChildDied("the process that scores is away") from error
        if not self._ready:
            raise ChildDied("the process that scores did not start")


@cache
def nursery() -> Nursery:
    """The one of this process and of those that are forked from it."""
    one = Nursery()
    atexit.register(one.close)
    return one


@cache
def nursery_for_recounts() -> Nursery:
    """Another one, which is large and slow to start, and so begins with the first recount of a process."""
    one = Nursery(recounts=True)
    atexit.register(one.close)
    return one
