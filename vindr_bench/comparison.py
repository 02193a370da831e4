"""Two submissions side by side."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Self

from vindr_bench.answers import Interval, Raw, interval


@dataclass(frozen=True)
class ClassDifference:
    """How much better the first of two submissions is on one label; None where a value is undefined."""

    label: str
    positives: int
    value: float | None
    other_value: float | None
    difference: float | None
    interval: Interval | None
    significant: bool


@dataclass(frozen=True)
class Comparison:
    """How much better the first of two submissions is, with the 95 % interval of the paired differences."""

    score: float
    other_score: float
    difference: float
    interval: Interval | None
    significant: bool
    classes: tuple[ClassDifference, ...]
    raw: Raw = field(repr=False, compare=False)

    @classmethod
    def of(cls, raw: Raw) -> Self:
        """From JSON."""
        names = [one.name for one in fields(ClassDifference)]
        classes = tuple(
            ClassDifference(**{**{name: row[name] for name in names}, "interval": interval(row["interval"])})
            for row in raw["classes"]
        )
        return cls(
            score=raw["submission"]["score"],
            other_score=raw["other"]["score"],
            difference=raw["difference"],
            interval=interval(raw["interval"]),
            significant=raw["significant"],
            classes=classes,
            raw=raw,
        )
