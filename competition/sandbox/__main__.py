"""The nursery: `python -m competition.sandbox SOCKET [NAME] [recounts]` forks a child for each file that it is handed.

It ends once nobody holds the other end of its socket, and is told to stop by nothing else: a worker that is stopped
still finishes its file.
"""

import gc
import os
import select
import signal
import socket
import sys
import time
import traceback
from typing import NoReturn

from competition.sandbox.errands import run
from competition.sandbox.keeper import ENDING, READY, RECOUNTS
from competition.sandbox.limits import End, Limits, limits_from
from competition.sandbox.silence import be_silent, end_with_parent
from competition.sandbox.task import task_from
from competition.sandbox.warm import warm_up

BETWEEN_LOOKS = 0.01
"""Seconds between two looks at a child's memory and threads."""
_NO_MEMORY = 77
_PAGE = os.sysconf("SC_PAGE_SIZE")
_THREADS, _RESIDENT = 17, 21
"""Places in /proc/PID/stat after the name, which is in brackets."""


def main() -> None:
    """Serve until nobody is left to ask."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    door = socket.socket(fileno=int(sys.argv[1]))
    warm_up(recounts=RECOUNTS in sys.argv[2:])
    gc.collect()
    gc.freeze()
    door.send(READY)
    while True:
        try:
            message, files, _, _ = socket.recv_fds(door, 64, 2)
        except ConnectionResetError:
            return
        if not message:
            return
        task, answer = files
        try:
            _serve(task, answer, limits_from(message))
        finally:
            os.close(task)
            os.close(answer)


def _serve(task: int, answer: int, limits: Limits) -> None:
    """Have a child answer, and say at the end how it ended; nothing of that is in the child's hands."""
    child = os.fork()
    if child == 0:
        _be_a_child(task, answer, limits)
    end = _watch(child, answer, limits)
    _, status, used = os.wait4(child, 0)
    if end is None:
        end = _end_of(status, used.ru_maxrss * 1024, limits)
    try:
        os.write(answer, ENDING.pack(end, used.ru_maxrss, int(1000 * (used.ru_utime + used.ru_stime))))
    except BrokenPipeError:
        return


def _watch(child: int, answer: int, limits: Limits) -> End | None:
    """Wait for the end of a child, or bring it about. None when it was its own."""
    over = time.monotonic() + limits.seconds
    handle = os.pidfd_open(child)
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    poll.register(answer, 0)
    try:
        while True:
            happened = dict(poll.poll(BETWEEN_LOOKS * 1000))
            if handle in happened:
                return None
            end = _met(child, over, limits) if answer not in happened else End.DIED
            if end is not None:
                os.kill(child, signal.SIGKILL)
                return end
    finally:
        os.close(handle)


def _met(child: int, over: float, limits: Limits) -> End | None:
    """The limit that a child has met, if any."""
    if time.monotonic() > over:
        return End.CLOCK
    with open(f"/proc/{child}/stat", "rb") as facts:
        told = facts.read().rpartition(b")")[2].split()
    if int(told[_RESIDENT]) * _PAGE > limits.memory_bytes:
        return End.MEMORY
    return End.THREADS if int(told[_THREADS]) > limits.threads else None


def _end_of(status: int, peak: int, limits: Limits) -> End:
    """How a child ended that nobody ended: what it had touched between two looks is held against it as well."""
    code = os.waitstatus_to_exitcode(status)
    if code == _NO_MEMORY or peak > limits.memory_bytes:
        return End.MEMORY
    if code == -signal.SIGXCPU:
        return End.PROCESSOR
    return End.BY_ITSELF if code == 0 else End.DIED


def _be_a_child(task: int, answer: int, limits: Limits) -> NoReturn:
    """Answer, with nothing at hand but the task, the place for the answer and the log."""
    code = 1
    try:
        end_with_parent(signal.SIGKILL)
        os.dup2(task, 0)
        os.dup2(answer, 1)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        limits.impose()
        be_silent()
        with open(0, "rb", closefd=False) as given, open(1, "wb", closefd=False) as taken:
            taken.write(run(task_from(given.read())))
        code = 0
    except MemoryError:
        code = _NO_MEMORY
    except BaseException as error:  # noqa: BLE001 - whatever it is, the child ends here
        # The place alone: what an error says may repeat a label.
        where = "".join(traceback.format_tb(error.__traceback__))
        os.write(2, f"scoring broke off with {type(error).__name__}:\n{where}".encode())
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
