"""A published ranking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Self

from vindr_bench.answers import Interval, Raw, instant, interval

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class BoardRow:
    """One row of a board. The ranks of a baseline are None; `rank_low` to `rank_high` is what the images allow."""

    rank: int | None
    rank_low: int | None
    rank_high: int | None
    team: str
    score: float
    interval: Interval | None
    submissions: int
    submitted_at: datetime | None
    baseline: bool
    separable_from_above: bool | None = None
    separable_from_first: bool | None = None
    raw: Raw = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, raw: Raw) -> Self:
        """From JSON; fields that a newer server adds are in `raw`."""
        known = {one.name: raw[one.name] for one in fields(cls) if one.name in raw}
        known |= {"interval": interval(raw["interval"]), "submitted_at": instant(raw["submitted_at"]), "raw": raw}
        return cls(**known)


@dataclass(frozen=True)
class Board:
    """A published snapshot of a track's ranking in a phase, which never changes."""

    version: int
    phase: str
    track: str
    metric: str
    metric_version: str | None
    published_at: datetime | None
    rows: tuple[BoardRow, ...]
    raw: Raw = field(repr=False, compare=False)

    @classmethod
    def of(cls, raw: Raw) -> Self:
        """From JSON."""
        rows = tuple(BoardRow.of(row) for row in raw["entries"])
        named = {name: raw[name] for name in ("version", "phase", "track", "metric", "metric_version")}
        return cls(**named, published_at=instant(raw["published_at"]), rows=rows, raw=raw)

    def __iter__(self) -> Iterator[BoardRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def row_of(self, team: str) -> BoardRow | None:
        """The row of a team; None where it has none."""
        return next((row for row in self.rows if row.team == team and not row.baseline), None)

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a table, where pandas is installed; an interval becomes two columns."""
        import pandas

        rows = [
            {
                **{one.name: getattr(row, one.name) for one in fields(row) if one.name not in ("interval", "raw")},
                "interval_low": row.interval and row.interval[0],
                "interval_high": row.interval and row.interval[1],
            }
            for row in self.rows
        ]
        return pandas.DataFrame(rows)
