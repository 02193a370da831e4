"""`python -m tests.faults.planted`: each fault is planted into a copy of the project, and its test must find it."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from competition.embedded.runtime import REPOSITORY
from tests.faults.planted.plants import PLANTS, Plant

LONGEST = 600
"""Seconds for one test."""
TESTS_FAILED = 1
"""pytest's exit code; any other tells of something that is no failure of a test."""


def main() -> int:
    """The exit code says whether every fault was found."""
    asked = _asked()
    found: dict[str, str] = {}
    missed = 0
    with tempfile.TemporaryDirectory(prefix="vindr-planted-") as place:
        copy = copied(Path(place) / "project")
        for plant in PLANTS:
            if asked.only not in plant.says:
                continue
            outcome, seconds = looked_for(plant, copy)
            missed += not outcome
            test = plant.found_by.rpartition("::")[2]
            found[plant.says] = f"{'found' if outcome else 'NOT FOUND'} by {test} in {seconds:.0f} s"
            print(f"{plant.says}: {found[plant.says]}", flush=True)
    if asked.figures:
        asked.figures.write_text(json.dumps(found))
    return 1 if missed else 0


def copied(target: Path) -> Path:
    """All files of the project as they are now, and the compiled kernel where there is one."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=REPOSITORY, capture_output=True, text=True, check=False).stdout
    names = listed.split("\0")[:-1] or [str(path.relative_to(REPOSITORY)) for path in sorted(REPOSITORY.rglob("*.*"))]
    for name in [*names, "scoring/_kernel.so"]:
        if (REPOSITORY / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, target / name)
    return target


def looked_for(plant: Plant, copy: Path) -> tuple[bool, float]:
    """Whether the test fails with the fault, and the seconds that took; the copy is as before afterwards."""
    file = copy / plant.file
    right = file.read_text()
    file.write_text(right.replace(plant.before, plant.after))
    began = time.monotonic()
    try:
        code = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "--show-capture=no", "-p", "no:cacheprovider", plant.found_by],
            cwd=copy,
            env={**os.environ, "FAULTS": "long" if plant.long else "", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=LONGEST,
            check=False,
        ).returncode
    finally:
        file.write_text(right)
    return code == TESTS_FAILED, time.monotonic() - began


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.planted", description="Faults that must be found.")
    parser.add_argument("--only", default="", help="the faults that have these words in them")
    parser.add_argument("--figures", type=Path, help="write what was found into this file too, as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
