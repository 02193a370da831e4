"""Who asks, where it takes part, and what it has left to upload."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from vindr_bench.answers import Raw, instant


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


def _entry(raw: Raw) -> Entry:
    limits = tuple(
        Limit(row["phase"], row["track"], instant(row["closes_at"]), row["late"], Quota.of(row["quota"]))
        for row in raw["limits"]
    )
    accepted = {name: raw[name] and bool(raw[name]["accepted"]) for name in ("terms", "rules")}
    return Entry(raw["competition"], raw["team"], raw["state"], accepted["terms"], accepted["rules"], limits, raw)
