"""`python -m tests.covered`: the tests of the rules' own code, and a table of the lines and branches that they run.

Exit 1 where a test fails, or a line or branch is not run and has no reason.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from competition.embedded.runtime import REPOSITORY
from tests.covered.parts import ALL, PARTS, Part


@dataclass
class Row:
    """Of one module, or of a part: what there is, and what was run."""

    name: str
    lines: int = 0
    lines_run: int = 0
    branches: int = 0
    branches_run: int = 0

    def add(self, other: "Row") -> None:
        """Count another module in."""
        for name in ("lines", "lines_run", "branches", "branches_run"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def __str__(self) -> str:
        shares = f"{_share(self.lines_run, self.lines):>9}{_share(self.branches_run, self.branches):>10}"
        return f"{self.name:<48}{self.lines:>7}{self.branches:>9}{shares}"


def main() -> int:
    """Measure the parts that are named, or all."""
    asked = _asked()
    parts = [part for part in PARTS if not asked.parts or part.name in asked.parts]
    unexplained, failed = [], False
    with tempfile.TemporaryDirectory() as folder:
        for tests in dict.fromkeys(part.tests for part in parts):
            report = Path(folder) / "report.json"
            failed |= _measure(tests, report, asked.processes) != 0
            files = json.loads(report.read_text())["files"]
            print(f"{'':<48}{'lines':>7}{'branches':>9}{'run':>9}{'run':>10}")
            for part in parts:
                unexplained += _tell(part, files) if part.tests == tests else []
    print(*unexplained, sep="\n")
    return 1 if failed or unexplained else 0


def _measure(tests: tuple[str, ...], report: Path, processes: int) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "--show-capture=no", "--cov-branch", "--cov-report="]
    command += ["--cov=scoring", "--cov=competition", f"--cov-report=json:{report}"]
    command += ["-n", str(processes), "--dist", "loadfile"] if processes > 1 else []
    # Code that is watched takes longer; this profile bounds no test's time.
    command += ["--hypothesis-profile=ci"]
    return subprocess.run([*command, *tests], cwd=REPOSITORY, check=False).returncode


def _tell(part: Part, files: dict[str, dict]) -> list[str]:
    """Print the part's modules that are not run as a whole, and its sum; returns what has no reason."""
    whole, unexplained = Row(part.name), []
    for name in sorted(files):
        if not any(fnmatch(name, pattern) for pattern in part.modules):
            continue
        found = files[name]["summary"]
        row = Row(
            f"  {name}",
            found["num_statements"],
            found["covered_lines"],
            found["num_branches"],
            found["covered_branches"],
        )
        whole.add(row)
        if row.lines_run < row.lines or row.branches_run < row.branches:
            print(row)
            unexplained += _explain(part, name, files[name])
    print(whole)
    return unexplained


def _explain(part: Part, name: str, file: dict) -> list[str]:
    """Print each line that is not run, or whose branch is not taken, with its reason; returns those without."""
    text = (REPOSITORY / name).read_text().splitlines()
    numbers = sorted({*file["missing_lines"], *(line for line, _ in file["missing_branches"])})
    unexplained = []
    for number in numbers:
        line = text[number - 1].strip()
        reason = part.reasons.get((name, line)) or part.reasons.get((name, ALL))
        print(f"    {number}: {line}  ({reason or 'NO REASON'})")
        if reason is None:
            unexplained.append(f"{name}:{number}: {line}")
    return unexplained


def _share(run: int, number: int) -> str:
    return f"{100 * run / number:.1f} %" if number else "–"


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.covered", description="Lines and branches that tests run.")
    parser.add_argument("parts", nargs="*", help=f"only these: {', '.join(part.name for part in PARTS)}")
    parser.add_argument("--processes", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
