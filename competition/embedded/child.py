"""A program that is kept alive, whether it runs, and when it is started again."""

import os
import subprocess
from dataclasses import dataclass

from competition.embedded.processes import Program

LONGEST_BACK_OFF = 2.0


@dataclass
class Child:
    """A program that is kept alive, and what is known of its life."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    start_again_at: float = 0
    deaths: int = 0
    quick_deaths: int = 0


def back_off(quick_deaths: int) -> float:
    """Return the seconds to wait before the next start: none at first, then doubling up to two."""
    return 0.0 if quick_deaths <= 1 else min(LONGEST_BACK_OFF, 0.25 * 2 ** (quick_deaths - 2))


def is_running(child: Child) -> bool:
    """Tell whether the program has a process that has not ended; an ended one is not waited for yet."""
    if child.process is None:
        return False
    return os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
