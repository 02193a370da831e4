"""Keeps programs alive, and ends all of them together.

One thread does everything: the kernel ties a program's life to the thread that started it. A signal wakes the
loop at once through a socket; nothing is decided inside a signal handler.
"""

import os
import select
import signal
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from competition.embedded.child import LONGEST_BACK_OFF, Child, back_off, is_running
from competition.embedded.errors import CannotStartError
from competition.embedded.log_file import last_words, shorten
from competition.embedded.processes import Program, end, session_of, start
from competition.embedded.terminal import complain

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STEADY_SECONDS = 10
DEATHS_AT_FIRST_START = 3


class StopRequestedError(Exception):
    """Ctrl-C or a signal asks for the end."""


@dataclass
class Supervisor:
    """Starts programs, starts them again whenever they end, and stops them in the opposite order.

    Used as a context: whatever happens inside, nothing that was started is left behind.
    """

    logs: Path
    children: list[Child] = field(default_factory=list)
    settled: bool = False
    """Everything has started once: from now on no end of a program ends the whole."""

    def __enter__(self) -> "Supervisor":
        self._stop_requested = False
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.setblocking(False)
        self._wake_write.setblocking(False)
        signal.set_wakeup_fd(self._wake_write.fileno(), warn_on_full_buffer=False)
        self._former = {number: signal.signal(number, self._ask_to_stop) for number in STOP_SIGNALS}
        self._former[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in self._former.items():
                signal.signal(number, handler)
            self._wake_read.close()
            self._wake_write.close()

    def _ask_to_stop(self, *_: object) -> None:
        self._stop_requested = True

    def keep(self, program: Program) -> None:
        """Start the program and keep it alive from now on."""
        child = Child(program)
        self.children.append(child)
        self._start(child)

    def run(self, program: Program, tell: Callable[[str], None] = lambda _: None) -> None:
        """Run the program to its end, the others alive, and `tell` each line that it writes.

        Raises CannotStartError unless it ends well.
        """
        log = self.log_of(program)
        log.unlink(missing_ok=True)
        step = Child(program)
        self._start(step)
        told = 0
        try:
            while is_running(step):
                self.tick()
                lines = log.read_text(errors="replace").split("\n")[:-1]
                for line in lines[told:]:
                    tell(line)
                told = len(lines)
        finally:
            code = self._end(step)
        if code != 0:
            raise CannotStartError(f"{program.name} failed{last_words(self.log_of(program))}.")

    def wait_until(self, happened: Callable[[], bool], seconds: float, otherwise: str) -> None:
        """Wait for something while the programs are kept alive. Raises CannotStartError with `otherwise`."""
        deadline = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > deadline:
                raise CannotStartError(otherwise)
            self.tick(0.05)

    def watch(self) -> NoReturn:
        """Keep the programs alive without end. Raises StopRequestedError when a signal asks for it."""
        self.settled = True
        while True:
            self.tick()

    def tick(self, seconds: float = 0.5) -> None:
        """Sleep until something happens, at most so long, and see to it. Raises StopRequestedError."""
        due = [child.start_again_at - time.monotonic() for child in self.children if child.process is None]
        select.select([self._wake_read], [], [], max(0, min([seconds, *due])))
        with suppress(BlockingIOError):
            while self._wake_read.recv(512):
                pass
        if self._stop_requested:
            raise StopRequestedError
        for child in self.children:
            self._revive(child)
            shorten(self.log_of(child.program))

    def stop(self) -> None:
        """End every program, stage by stage, and what is hung by force."""
        for stage in sorted({child.program.stop_stage for child in self.children}):
            self._stop_together([child for child in reversed(self.children) if child.program.stop_stage == stage])
        self.children.clear()

    def _stop_together(self, group: Sequence[Child]) -> None:
        for child in group:
            if child.process:
                os.kill(child.process.pid, child.program.stop_signal)
        deadline = time.monotonic() + max(child.program.grace for child in group)
        while time.monotonic() < deadline and any(is_running(child) for child in group):
            time.sleep(0.02)
        for child in group:
            self._end(child)

    def log_of(self, program: Program) -> Path:
        """Return the file that the program's output goes to."""
        return self.logs / f"{program.name}.log"

    def _start(self, child: Child) -> None:
        child.started_at = time.monotonic()
        with open(self.log_of(child.program), "ab") as log:
            child.process = start(child.program, log.fileno())

    def _revive(self, child: Child) -> None:
        if child.process is None:
            if time.monotonic() >= child.start_again_at:
                self._try_again(child)
        elif not is_running(child):
            self._note_death(child)

    def _note_death(self, child: Child) -> None:
        lived = time.monotonic() - child.started_at
        code = self._end(child)
        child.deaths += 1
        child.quick_deaths = child.quick_deaths + 1 if lived < STEADY_SECONDS else 1
        child.start_again_at = time.monotonic() + back_off(child.quick_deaths)
        if not self.settled and child.deaths >= DEATHS_AT_FIRST_START:
            raise CannotStartError(f"{child.program.name} does not stay up{last_words(self.log_of(child.program))}.")
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        complain(f"{child.program.name} ended ({how}) and is started again")

    def _try_again(self, child: Child) -> None:
        try:
            self._start(child)
        except CannotStartError as failure:
            if not self.settled:
                raise
            child.start_again_at = time.monotonic() + LONGEST_BACK_OFF
            complain(failure)

    def _end(self, child: Child) -> int:
        """Kill what is left of the program and of its session, and return its exit code."""
        process, child.process = child.process, None
        if process is None:
            return 0
        # The leader is waited for last: until then its number, and so its session's, can be nobody else's.
        # Whatever doesn't go is met again, and told, when the program is started anew.
        with suppress(CannotStartError):
            end(lambda: session_of(process.pid))
        code = process.wait()
        with suppress(CannotStartError):
            child.program.clear()
        return code
