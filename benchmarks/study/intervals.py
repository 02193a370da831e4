"""The 95 % intervals that are compared."""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

import numpy as np

from scoring.arrays import Flags, Floats, Interval
from scoring.delong import QUANTILE_975, delong_variance

TYPES: Final = (
    "percentile", "basic", "BCa", "normal", "normal less bias", "basic less bias", "lower end less bias", "on logits",
)  # fmt: skip
"""Less bias: moved by how far the mean of the replicates lies from the value. Lower end less bias: the basic interval,
whose lower end alone is moved, and only downwards. On logits: normal on this scale."""
OF_ONE_AUROC: Final = ("DeLong", "DeLong on logits")


def bootstrap_intervals(
    value: float, replicates: Floats, without: Floats | None, *, difference: bool = False
) -> list[Interval]:
    """The interval of each of TYPES, from the replicates and, for BCa, the values without each group.

    Nothing is cut off at 0 and 1, which changes no coverage. Not a number: BCa without `without`, and a
    difference on logits.
    """
    low, high = map(float, np.quantile(replicates, [0.025, 0.975]))
    error = float(replicates.std(ddof=1))
    width = QUANTILE_975 * error
    bias = float(replicates.mean()) - value
    return [
        (low, high),
        (2 * value - high, 2 * value - low),
        (np.nan, np.nan) if without is None else bca_interval(value, replicates, without),
        (value - width, value + width),
        (value - bias - width, value - bias + width),
        (2 * value - bias - high, 2 * value - bias - low),
        (2 * value - max(bias, 0.0) - high, 2 * value - low),
        (np.nan, np.nan) if difference else interval_on_logits(value, error),
    ]


def interval_on_logits(value: float, error: float) -> Interval:
    """The normal interval on the logit scale; at 0 and 1 it has no width."""
    if not 0 < value < 1:
        return value, value
    logit = np.log(value / (1 - value))
    width = QUANTILE_975 * error / (value * (1 - value))
    return float(1 / (1 + np.exp(width - logit))), float(1 / (1 + np.exp(-width - logit)))


def bca_interval(value: float, replicates: Floats, without: Floats) -> Interval:
    """Bias-corrected and accelerated: B. Efron, Journal of the American Statistical Association 82 (1987)."""
    standard = NormalDist()
    below = (np.sum(replicates < value) + np.sum(replicates <= value)) / (2 * len(replicates))
    bias = standard.inv_cdf(float(np.clip(below, 0.5 / len(replicates), 1 - 0.5 / len(replicates))))
    deviation = np.mean(without) - without
    spread = float(np.sum(deviation**2)) ** 1.5
    acceleration = float(np.sum(deviation**3)) / (6 * spread) if spread > 0 else 0.0
    levels = []
    for quantile in (-QUANTILE_975, QUANTILE_975):
        shifted = bias + quantile
        levels.append(standard.cdf(bias + shifted / (1 - acceleration * shifted)))
    low, high = np.quantile(replicates, levels)
    return float(low), float(high)


def delong_intervals(auroc: float, truth: Flags, score: Floats) -> list[Interval]:
    """The interval of each of OF_ONE_AUROC, however few images there are; at AUROC 0 and 1 it has no width."""
    error = float(np.sqrt(delong_variance(truth, score)))
    width = QUANTILE_975 * error
    return [(auroc - width, auroc + width), interval_on_logits(auroc, error)]
