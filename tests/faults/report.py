"""The table at the end of `make faults`: the promises and figures of each part, and whether all was as it must be."""

import json
import os
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from competition.embedded.runtime import REPOSITORY
from tests.faults.parts import Part


@dataclass(frozen=True)
class Outcome:
    """How a part ended."""

    part: str
    promises: str
    says: str
    ok: bool
    counted: str
    """Tests that passed, failed and were skipped."""
    figures: dict[str, str]
    seconds: int
    load: float
    """The machine's mean number of waiting processes during the last minute of it, by processor."""


def outcome_of(part: Part, into: Path, *, code: int, seconds: float) -> Outcome:
    """Read what a part has left in the folder of results. A part that no test of ran is none that went well."""
    told, counted = into / f"{part.name}.json", ""
    figures: dict[str, str] = {}
    if told.exists():
        figures = {name: str(value) for name, value in json.loads(told.read_text()).items()}
    if (tests := into / f"{part.name}.xml").exists():
        counted, figures = _read_junit(tests)
    return Outcome(
        part.name, part.promises, part.says, code == 0, counted, figures, round(seconds), load_of_a_processor()
    )


def _read_junit(path: Path) -> tuple[str, dict[str, str]]:
    root = ElementTree.parse(path).getroot()
    suite = root.find("testsuite") if root.tag == "testsuites" else root
    number = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
    bad = number["failures"] + number["errors"]
    words = [f"{number['tests'] - bad - number['skipped']} passed"]
    words += [f"{bad} failed"] if bad else []
    words += [f"{number['skipped']} skipped"] if number["skipped"] else []
    properties = root.iter("property")
    return ", ".join(words), {one.get("name", ""): one.get("value", "") for one in properties}


def load_of_a_processor() -> float:
    """The load average of the last minute, by processor."""
    return round(os.getloadavg()[0] / (os.cpu_count() or 1), 1)


def written(outcomes: list[Outcome], began: datetime) -> str:
    """The table as Markdown."""
    lines = [f"# Faults, {began:%Y-%m-%d %H:%M} UTC", "", machine(), ""]
    lines += [
        "| promise | part | figures | as it must be | s | load a processor |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for one in outcomes:
        figures = "; ".join(filter(None, [one.counted, *(f"{name}: {value}" for name, value in one.figures.items())]))
        cells = (one.promises, f"{one.part}: {one.says}", figures, "yes" if one.ok else "**no**", one.seconds, one.load)
        lines.append("| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    bad = [one.part for one in outcomes if not one.ok]
    lines += ["", f"Not as it must be: {', '.join(bad)}." if bad else "All is as it must be.", ""]
    return "\n".join(lines)


def machine() -> str:
    """What it ran on, and which version of the program."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    asked = ["git", "describe", "--always", "--dirty"]
    version = subprocess.run(asked, cwd=REPOSITORY, capture_output=True, text=True, check=False).stdout.strip()
    return f"{os.cpu_count()} processors, {memory:.0f} GiB of memory, version {version or 'unknown'}."


def keep(outcomes: list[Outcome], into: Path, began: datetime) -> None:
    """Write what is known so far, so that a run that is broken off has left its figures."""
    (into / "faults.md").write_text(written(outcomes, began))
    facts = {"began": began.isoformat(), "machine": machine(), "parts": [asdict(one) for one in outcomes]}
    (into / "faults.json").write_text(json.dumps(facts, indent=1))


def now() -> datetime:
    """For the headline."""
    return datetime.now(UTC)
