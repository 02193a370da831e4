"""`python -m benchmarks.server`: starts a demo, drives it from outside, and prints how long things take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.server.checking import checking_table
from benchmarks.server.demo import REPOSITORY, Demo, running_demo
from benchmarks.server.hosted import enter_all, found_competition
from benchmarks.server.live import live_table
from benchmarks.server.whole_way import burst_table, idle_table
from benchmarks.speed.tables import machine

BOXES: Final = 36_000


def main() -> None:
    """Print the tables."""
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for line in checking_table(Path(folder)):
            print(line, flush=True)
        with running_demo() as demo:
            for line in live_table(demo):
                print(line, flush=True)
            for line in _served(demo, Path(folder)):
                print(line, flush=True)


def _served(demo: Demo, folder: Path) -> Iterator[str]:
    content = found_competition(demo, folder, BOXES).predictions.read_bytes()
    participants = enter_all(demo)
    participants[0].wait(participants[0].send(content))  # the first one loads what the others find loaded
    yield from idle_table(demo, participants, content)
    yield from burst_table(demo, participants, content)
    yield from _forks_table(demo)


def _forks_table(demo: Demo) -> Iterator[str]:
    environment = os.environ | demo.settings | {"DJANGO_SETTINGS_MODULE": "competition.settings"}
    command = [sys.executable, "-m", "benchmarks.server.forks"]
    run = subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, capture_output=True)
    milliseconds = json.loads(run.stdout)
    yield "\nMilliseconds of a job that finds nothing to do"
    yield f"{'with a fork for each job':44}{milliseconds['Worker']:9.1f}"
    yield f"{'in the worker itself':44}{milliseconds['SimpleWorker']:9.1f}"


if __name__ == "__main__":
    main()
