"""How much a prediction file may hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The most that is read; None means as much as there is."""

    bytes: int | None
    rows: int | None
    boxes_per_image: int | None


SERVER_LIMITS = Limits(bytes=64 * 1024 * 1024, rows=1_000_000, boxes_per_image=300)
NO_LIMITS = Limits(bytes=None, rows=None, boxes_per_image=None)
