"""The values of a track on the images and on every resample, and the scorecard's numbers that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.arrays import Flags, Floats, Interval, Replicates
from scoring.delong import QUANTILE_975
from scoring.quantiles import quantiles
from scoring.weights import mean_of_defined, sum_of_rows

# Fewer positive images than these give no interval of an AP, and make a mean's interval approximate.
ENOUGH_POSITIVES: Final = 10


@dataclass(frozen=True, eq=False)
class Estimates:
    """`parts` (labels, parts, 1 + B): a label's value at each threshold (or rate), NaN where undefined.

    Column 0 is the value on the images themselves, the others are the resamples. `pooled` (parts, 1 + B) is there where
    the score is that of all labels together and no mean over labels.
    """

    parts: Floats
    pooled: Floats | None = None

    def of_labels(self) -> Floats:
        """Each label's value, the mean of its parts, shape (labels, 1 + B)."""
        count = self.parts.shape[1]
        return np.array([sum_of_rows(parts) / count for parts in self.parts]).reshape(-1, self.parts.shape[2])

    def overall(self, in_score: Flags) -> Floats:
        """The score, shape (1 + B,)."""
        if self.pooled is not None:
            return sum_of_rows(self.pooled) / len(self.pooled)
        return mean_of_defined(self.of_labels()[in_score])

    def overall_parts(self, in_score: Flags) -> Floats:
        """The score at each threshold (or rate), shape (parts,)."""
        if self.pooled is not None:
            return self.pooled[:, 0]
        return mean_of_defined(self.parts[in_score, :, 0])


def interval_of(columns: Floats) -> Interval | None:
    """The interval of a score from those of its replicates that are defined; `columns` (1 + B,), the value first."""
    replicates = as_replicates(columns)
    return None if np.isnan(columns[0]) else score_interval(float(columns[0]), replicates[~np.isnan(replicates)])


def score_interval(value: float, replicates: Replicates) -> Interval | None:
    """[2θ̂ - q.975 - max(β, 0), 2θ̂ - q.025] within [0, 1] and with θ̂ in it; None without replicates.

    β is by how much the replicates lie above θ̂ on average, quantiles are linear. A mean AP is too high where labels are
    rare, and replicates show a part of it: the basic interval takes that part off once, and its lower end once more,
    since that is where the truth was missed (docs/metrics.md has the table).
    """
    if not len(replicates):
        return None
    drawn = replicates.astype(np.float64)
    low, high = quantiles(drawn, (0.025, 0.975))
    shown_bias = max(float(drawn.mean()) - value, 0.0)
    lower, upper = 2 * value - high - shown_bias, 2 * value - low
    return max(min(lower, value), 0.0), min(max(upper, value), 1.0)


def interval_of_label(columns: Floats) -> Interval | None:
    """The value of one label ± 1.96 standard errors, within [0, 1]; `columns` (1 + B,), the value first.

    It covers better than the basic interval, which moves a skewed value's replicates to the wrong side: docs/metrics.md
    has the table.
    """
    error = standard_error(columns)
    if error is None:
        return None
    value, width = float(columns[0]), QUANTILE_975 * error
    return max(value - width, 0.0), min(value + width, 1.0)


def standard_error(columns: Floats) -> float | None:
    """The standard deviation of the replicates that are defined; `columns` (1 + B,), the value first.

    None of an undefined value or of less than two replicates.
    """
    replicates = as_replicates(columns).astype(np.float64)
    defined = replicates[~np.isnan(replicates)]
    return None if np.isnan(columns[0]) or len(defined) < 2 else float(defined.std(ddof=1))


def as_replicates(columns: Floats) -> Replicates:
    """The replicates (B,) as they are kept: without the value, in float32."""
    return columns[1:].astype(np.float32)


def number(value: float) -> float | None:
    """None for NaN."""
    return None if np.isnan(value) else float(value)


def numbers(values: Floats) -> list[float | None]:
    """Each value, None for NaN."""
    return [number(value) for value in values.tolist()]
