"""What the server answers, as values. Each keeps the whole answer as `raw`, with fields that newer servers add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import pandas

Raw = Mapping[str, Any]
Interval = tuple[float, float]


def instant(text: str | None) -> datetime | None:
    """A time of the server, in UTC."""
    return None if text is None else datetime.fromisoformat(text)


def interval(ends: Sequence[float] | None) -> Interval | None:
    """A 95 % interval."""
    return None if ends is None else (ends[0], ends[1])


@dataclass(frozen=True)
class Quota:
    """What a team has used of a phase's limits; `resets_at` is None once the total is spent."""

    limit: int
    used: int
    total_limit: int
    total_used: int
    resets_at: datetime | None

    @classmethod
    def of(cls, raw: Raw) -> Self:
        """From JSON."""
        counts = {name: int(raw[name]) for name in ("limit", "used", "total_limit", "total_used")}
        return cls(**counts, resets_at=instant(raw["resets_at"]))

    @property
    def left(self) -> int:
        """How many uploads are possible now."""
        return max(0, min(self.limit - self.used, self.total_limit - self.total_used))


@dataclass(frozen=True)
class Limit:
    """What a team has left in a phase that takes uploads now, for one track."""

    phase: str
    track: str
    closes_at: datetime | None
    late: bool
    quota: Quota


@dataclass(frozen=True)
class Entry:
    """The account's part in one competition. `terms_accepted` and `rules_accepted` are None where there are none."""

    competition: str
    team: str
    state: str
    terms_accepted: bool | None
    rules_accepted: bool | None
    limits: tuple[Limit, ...]
    raw: Raw = field(repr=False, compare=False)


@dataclass(frozen=True)
class Account:
    """Who asks, and where it takes part."""

    username: str
    scopes: tuple[str, ...]
    expires_at: datetime | None
    entries: tuple[Entry, ...]
    raw: Raw = field(repr=False, compare=False)

    @classmethod
    def of(cls, raw: Raw) -> Self:
        """From JSON."""
        token = raw["token"] or {"scopes": [], "expires_at": None}
        entries = tuple(_entry(entry) for entry in raw["entries"])
        return cls(raw["username"], tuple(token["scopes"]), instant(token["expires_at"]), entries, raw)


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


def _entry(raw: Raw) -> Entry:
    limits = tuple(
        Limit(row["phase"], row["track"], instant(row["closes_at"]), row["late"], Quota.of(row["quota"]))
        for row in raw["limits"]
    )
    accepted = {name: raw[name] and bool(raw[name]["accepted"]) for name in ("terms", "rules")}
    return Entry(raw["competition"], raw["team"], raw["state"], accepted["terms"], accepted["rules"], limits, raw)
