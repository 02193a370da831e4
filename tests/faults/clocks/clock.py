"""A clock of its own for each program, moved while it runs by a small library that is preloaded into it."""

import shutil
import struct
import subprocess
from dataclasses import replace
from pathlib import Path

from competition.embedded.processes import Program
from competition.embedded.supervisor import Supervisor

SOURCE = Path(__file__).with_name("clock.c")
LIBRARY = "clock.so"


def compiler() -> str | None:
    """Where there is none, no clock can be moved."""
    return shutil.which("cc") or shutil.which("gcc")


def build(folder: Path) -> None:
    """Make the library in that folder."""
    made = folder / LIBRARY
    subprocess.run([compiler(), "-O2", "-Wall", "-shared", "-fPIC", "-o", str(made), str(SOURCE)], check=True)
    made.chmod(0o755)


def put(file: Path, seconds: int) -> None:
    """The clock is so many seconds ahead of the machine's from now on, or behind it."""
    with open(file, "r+b" if file.exists() else "wb") as clock:
        clock.write(struct.pack("=q", seconds))
    file.chmod(0o644)


class ClockedSupervisor(Supervisor):
    """Each program that it keeps alive has a clock in a file of the folder `clocks`, named after it."""

    clocks: Path

    def keep(self, program: Program) -> None:
        """Start it with its clock; all workers have one."""
        file = self.clocks / program.name.partition("-")[0]
        put(file, 0)
        moved = {"LD_PRELOAD": str(self.clocks / LIBRARY), "CLOCK_FILE": str(file)}
        super().keep(replace(program, environment={**program.environment, **moved}))
