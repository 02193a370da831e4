"""Runs a command and measures the whole process: its seconds, its peak memory, its answer."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

REPEATS: Final = 3
ENOUGH_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Run:
    """The median of some runs: wall seconds from start to exit, peak resident MiB, the JSON on standard output."""

    seconds: float
    mebibytes: float
    answer: dict[str, Any]


class Failed(Exception):
    """A command ended with an error, and why."""


def measure(module: str, arguments: Sequence[str]) -> Run:
    """The median of three runs of `python -m module arguments`; what takes longer than 5 s is run once."""
    runs: list[Run] = []
    while len(runs) < REPEATS and (not runs or runs[0].seconds < ENOUGH_SECONDS):
        runs.append(_run([sys.executable, "-m", module, *arguments]))
    middle = statistics.median_low([run.seconds for run in runs])
    return next(run for run in runs if run.seconds == middle)


def _run(command: Sequence[str]) -> Run:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as complaints:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=complaints)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        complaints.seek(0)
        if process.returncode:
            last = complaints.read().decode(errors="replace").strip().splitlines()[-1:]
            raise Failed(f"exit {process.returncode}: {''.join(last)}")
        return Run(seconds, usage.ru_maxrss / 1024, json.loads(out.read()))
