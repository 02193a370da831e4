"""Quantiles as numpy computes them, bit for bit, for who doesn't want to wait for what `np.quantile` imports."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scoring.arrays import Floats


def quantiles(values: Floats, shares: Sequence[float]) -> list[float]:
    """The quantile of `values` (n,), at least one and no NaN, at each share in [0, 1], linear between two of them."""
    ascending = np.sort(values)
    return [_quantile(ascending, share) for share in shares]


def _quantile(ascending: Floats, share: float) -> float:
    place = (len(ascending) - 1) * share
    below = int(place)
    low, high = float(ascending[below]), float(ascending[min(below + 1, len(ascending) - 1)])
    part = place - below
    # From the nearer end, as numpy does: so the value at the end itself is met exactly.
    return low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part)
