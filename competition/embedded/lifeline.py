"""No process outlives the one that started it, however that one ends."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int, last_signal: int = signal.SIGKILL) -> None:
    """Ask the kernel to send `last_signal` to this process when the thread that forked it ends.

    To be called after the fork and after the change of user, which clears the request. `parent` is the
    parent's process id as it knows it itself: so one is noticed that ended before the request was made.
    """
    _libc.prctl(PR_SET_PDEATHSIG, int(last_signal), 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), last_signal)


def let_forks_die_with_this_process() -> None:
    """Tie every process that this one forks from now on to its own life, and theirs to them."""
    parent = os.getpid()

    def tie() -> None:
        nonlocal parent
        die_with_parent(parent)
        parent = os.getpid()

    os.register_at_fork(after_in_child=tie)
