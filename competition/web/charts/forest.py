"""Differences with their intervals on one scale that is the same to both sides of zero."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from competition.web.charts.chart import Tick

WIDTH = 240
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 1.0)


@dataclass(frozen=True)
class Mark:
    """One difference: its dot at `at`, and its interval from `left` on, `length` long (0: none)."""

    at: float
    left: float
    length: float
    kind: str
    """`better`, `worse` or `same`: what the interval says of it."""


@dataclass(frozen=True)
class Scale:
    """From -reach to +reach over WIDTH units."""

    reach: float
    width: int = WIDTH

    @property
    def zero(self) -> float:
        """The middle."""
        return self.width / 2

    @property
    def ticks(self) -> list[Tick]:
        """Both ends and the middle."""
        return [Tick(self.x(value), f"{value:+g}" if value else "0") for value in (-self.reach, 0.0, self.reach)]

    def x(self, difference: float) -> float:
        """The place of a difference; what lies outside goes to the end."""
        share = min(max(difference / self.reach, -1.0), 1.0)
        return round(self.width * (1 + share) / 2, 1)

    def mark(self, difference: float, interval: Sequence[float] | None) -> Mark:
        """Where a difference and its interval are drawn."""
        at = self.x(difference)
        if interval is None:
            return Mark(at, at, 0.0, "same")
        low, high = interval
        left, right = self.x(low), self.x(high)
        kind = "better" if low > 0 else "worse" if high < 0 else "same"
        return Mark(at, left, round(right - left, 1), kind)


def scale_of(values: Iterable[float]) -> Scale:
    """The shortest round scale that holds them all."""
    furthest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    return Scale(next((step for step in _STEPS if step >= furthest), 1.0))
