"""How many scores lie where."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 200, 36


@dataclass(frozen=True)
class Bar:
    """One bin: its bar in the drawing, and its numbers."""

    x: float
    y: float
    width: float
    height: float
    start: str
    end: str
    count: int


@dataclass(frozen=True)
class Histogram:
    """Bars over scores from 0 to 1."""

    bars: Sequence[Bar]
    total: int
    highest: int
    width: int = WIDTH
    height: int = HEIGHT


def histogram(counts: Sequence[int]) -> Histogram:
    """Equal bins from 0 to 1. A bin that holds any is at least one unit high, so that it is seen."""
    highest = max(counts, default=0)
    wide = WIDTH / max(len(counts), 1)
    bars = []
    for nth, count in enumerate(counts):
        high = round(max(HEIGHT * count / highest, 1.0), 1) if count else 0.0
        start, end = (f"{(nth + step) / len(counts):.2f}" for step in (0, 1))
        bars.append(
            Bar(round(nth * wide + 0.5, 1), round(HEIGHT - high, 1), round(wide - 1, 1), high, start, end, count)
        )
    return Histogram(bars, sum(counts), highest)
