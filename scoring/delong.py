"""DeLong's interval of one AUROC, on the logit scale.

E. DeLong et al., Biometrics 44 (1988); the fast form by midranks: X. Sun and W. Xu, IEEE Signal Processing Letters 21
(2014).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from scoring.arrays import Flags, Floats, Interval

# Below this many positives or negatives the interval covers too seldom to be shown.
FEWEST: Final = 20
QUANTILE_975: Final = 1.959963984540054


def delong_interval(auroc: float, truth: Flags, score: Floats) -> Interval | None:
    """The 95 % interval of one label's `auroc`, from `truth` and `score` (images,).

    None below 20 positives or 20 negatives, and at AUROC 0 or 1.
    """
    if not may_be_shown(auroc, truth):
        return None
    return logit_interval(auroc, math.sqrt(delong_variance(truth, score)))


def logit_interval(auroc: float, error: float) -> Interval:
    """The 95 % interval on the logit scale of an AUROC between 0 and 1, from its standard error."""
    logit = math.log(auroc / (1 - auroc))
    width = QUANTILE_975 * error / (auroc * (1 - auroc))
    return _expit(logit - width), _expit(logit + width)


def may_be_shown(auroc: float, truth: Flags) -> bool:
    """Whether there are positives and negatives enough in `truth` (images,) for an interval of one AUROC."""
    positives = int(truth.sum())
    return min(positives, len(truth) - positives) >= FEWEST and 0 < auroc < 1


def delong_variance(truth: Flags, score: Floats) -> float:
    """The variance of the AUROC of `truth` and `score` (images,), of at least two positives and two negatives."""
    positive, negative = score[truth], score[~truth]
    ranks = midranks(np.concatenate([positive, negative]))
    wins_of_positive = (ranks[: len(positive)] - midranks(positive)) / len(negative)
    wins_over_negative = 1 - (ranks[len(positive) :] - midranks(negative)) / len(positive)
    return float(wins_of_positive.var(ddof=1) / len(positive) + wins_over_negative.var(ddof=1) / len(negative))


def midranks(values: Floats) -> Floats:
    """The rank of each value, from 1; equal values share the mean of their ranks."""
    _, which, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(count) - (count - 1) / 2)[which]
    return ranks


def _expit(x: float) -> float:
    """1 / (1 + exp(-x)) without overflow."""
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    return math.exp(x) / (1 + math.exp(x))
