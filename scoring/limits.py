"""How much a file may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LONGEST_ROW: Final = 131_072
"""Bytes. No honest row comes near it where an image has no more boxes than the server takes."""


@dataclass(frozen=True)
class Limits:
    """The most that is read; None means as much as there is."""

    bytes: int | None
    rows: int | None
    boxes_per_image: int | None
    row_bytes: int | None = LONGEST_ROW


SERVER_LIMITS = Limits(bytes=64 * 1024 * 1024, rows=1_000_000, boxes_per_image=300)
LONG_ROWS_ALONE = Limits(bytes=None, rows=None, boxes_per_image=None)
"""For files beside the predictions: whatever their size, a row that long is none of theirs."""
NO_LIMITS = Limits(bytes=None, rows=None, boxes_per_image=None, row_bytes=None)
