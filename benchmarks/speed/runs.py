"""Runs a command and measures the whole process: its seconds, its peak memory, its answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

REPEATS: Final = 3
ENOUGH_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Run:
    """One process: wall seconds from start to exit, those of its processors, peak resident MiB, its JSON."""

    seconds: float
    cpu: float
    mebibytes: float
    answer: dict[str, Any]


class Failed(Exception):
    """A command ended with an error, and why."""


def measure(commands: Mapping[str, Sequence[str]]) -> dict[str, Run | Failed]:
    """The median of three runs of each `python -m ...`; what takes longer than 5 s is run once.

    The commands take turns, so that a machine that is busy for a while is unfair to nobody.
    """
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    failed: dict[str, Run | Failed] = {}
    for _ in range(REPEATS):
        for name, command in commands.items():
            if name not in failed and (not runs[name] or runs[name][0].seconds < ENOUGH_SECONDS):
                try:
                    runs[name].append(_run([sys.executable, "-m", *command]))
                except Failed as failure:
                    failed[name] = failure
    return {name: failed.get(name) or _median(runs[name]) for name in commands}


def _median(runs: Sequence[Run]) -> Run:
    return sorted(runs, key=lambda run: run.seconds)[(len(runs) - 1) // 2]


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
        return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, json.loads(out.read()))
