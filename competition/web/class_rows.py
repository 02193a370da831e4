"""The rows of a report, one for each label, with what its interval looks like on a line from 0 to 1."""

from dataclasses import dataclass
from typing import Any

WIDTH = 200


@dataclass(frozen=True)
class ClassRow:
    """A label's figures; `left`, `length` and `at` place interval and value on a line WIDTH units long."""

    label: str
    positives: int
    value: float | None
    interval: list[float] | None
    left: float
    length: float
    at: float


def class_rows(report: dict[str, Any] | None) -> list[ClassRow]:
    """One row for each label of the report; none without a report."""
    return [_row(entry) for entry in (report or {}).get("classes", [])]


def _row(entry: dict[str, Any]) -> ClassRow:
    value, interval = entry["value"], entry["interval"]
    low, high = interval or (0.0, 0.0)
    return ClassRow(
        label=entry["label"],
        positives=entry["positives"],
        value=value,
        interval=interval,
        left=round(low * WIDTH, 2),
        length=round((high - low) * WIDTH, 2),
        at=round((value or 0.0) * WIDTH, 2),
    )
