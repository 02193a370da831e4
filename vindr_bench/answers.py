"""What answers of the server are made of. A value keeps the whole as `raw`, with fields that newer servers add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

Raw = Mapping[str, Any]
Interval = tuple[float, float]


def instant(text: str | None) -> datetime | None:
    """A time of the server, in UTC."""
    return None if text is None else datetime.fromisoformat(text)


def interval(ends: Sequence[float] | None) -> Interval | None:
    """A 95 % interval."""
    return None if ends is None else (ends[0], ends[1])
