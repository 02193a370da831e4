"""Ranks, and what the shared resamples can tell apart.

A rank range comes from paired differences: whoever is significantly better stands above for certain, whoever is
significantly worse below. Percentiles of ranks would count the noise twice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.arrays import Counts, Flags, Floats, Interval, Replicates
from scoring.steps import held, shown_value

__all__ = ["Difference", "Ranking", "compare", "held", "rank_entries", "shown_value"]

TAIL: Final = 0.025
SIMULTANEOUS_LEVEL: Final = 0.95


@dataclass(frozen=True, eq=False)
class Ranking:
    """For each of K entries, in the order in which they were given: 1 is best, and rank_low <= rank <= rank_high.

    "Above" is the entry listed just before it when all are listed by score, equal ones as they were given; "first"
    heads that list. The first entry itself is separable from nothing.
    """

    rank: Counts
    rank_low: Counts
    rank_high: Counts
    separable_from_above: Flags
    separable_from_first: Flags


@dataclass(frozen=True)
class Difference:
    """How much a is better than b; `significant` when the interval excludes 0."""

    value: float
    interval: Interval | None
    significant: bool


def rank_entries(scores: Floats, replicates: Replicates, *, simultaneous: bool = False) -> Ranking:
    """Rank entries by `scores` (K,), which are rounded as they are shown, with `replicates` (K, B).

    Competition ranking: 1, 2, 2, 4. The range is 1 + the number of entries significantly better, to K - the number
    significantly worse; widened to hold the rank itself. Two entries differ significantly when the 95 % percentile
    interval of their paired difference excludes 0, or, if `simultaneous`, when their difference stands out among all
    pairs at once.
    """
    better = _better_than_all_pairs(replicates) if simultaneous else _better_than(replicates)
    rank = 1 + (scores[None, :] > scores[:, None]).sum(axis=1)
    listed = np.argsort(-scores, kind="stable")
    differ = better | better.T
    from_above, from_first = np.zeros((2, len(scores)), dtype=np.bool_)
    from_above[listed[1:]] = differ[listed[1:], listed[:-1]]
    from_first[listed[1:]] = differ[listed[1:], listed[:1]]
    return Ranking(
        rank=rank,
        rank_low=np.minimum(1 + better.sum(axis=0), rank),
        rank_high=np.maximum(len(scores) - better.sum(axis=1), rank),
        separable_from_above=from_above,
        separable_from_first=from_first,
    )


def compare(a_value: float, a_replicates: Replicates, b_value: float, b_replicates: Replicates) -> Difference:
    """The difference a - b with the 95 % percentile interval of the paired ones; without replicates no interval."""
    difference = float(a_value) - float(b_value)
    if not len(a_replicates):
        return Difference(difference, None, False)
    paired = a_replicates.astype(np.float64) - b_replicates.astype(np.float64)
    low, high = map(float, np.quantile(paired, [TAIL, 1 - TAIL]))
    return Difference(difference, (low, high), low > 0 or high < 0)


def _better_than(replicates: Replicates) -> Flags:
    """Whether entry i is significantly better than entry j, shape (K, K).

    The 2.5 % quantile of the paired differences lies between two of them, by rank. Whether it is above 0 follows from
    how many differences are not, save for one count, where 0 lies between the two and the quantile is worked out.
    """
    entries, drawn = replicates.shape
    better = np.zeros((entries, entries), dtype=np.bool_)
    if not drawn:
        return better
    lower_place = math.floor(TAIL * (drawn - 1))
    for entry in range(entries - 1):
        others = replicates[entry + 1 :]
        not_better = _count(replicates[entry] <= others)
        not_worse = _count(replicates[entry] >= others)
        better[entry, entry + 1 :] = not_better <= lower_place
        better[entry + 1 :, entry] = not_worse <= lower_place
        for other in np.flatnonzero(not_better == lower_place + 1):
            better[entry, entry + 1 + other] = _is_better(replicates[entry], others[other])
        for other in np.flatnonzero(not_worse == lower_place + 1):
            better[entry + 1 + other, entry] = _is_better(others[other], replicates[entry])
    return better


def _count(flags: Flags) -> Counts:
    """How many are true in each row; by bits, since numpy sums booleans one at a time."""
    counts: Counts = np.bitwise_count(np.packbits(flags, axis=1)).sum(axis=1, dtype=np.int64)
    return counts


def _is_better(replicates: Replicates, other: Replicates) -> bool:
    return bool(np.quantile(replicates.astype(np.float64) - other.astype(np.float64), TAIL) > 0)


def _better_than_all_pairs(replicates: Replicates) -> Flags:
    """The same so that, with 95 % certainty, no pair at all is told apart wrongly.

    Bootstrap of max |t|: in each resample, how far does the furthest difference lie from its mean, in standard errors.
    What lies further from 0 than 95 % of these stands out.
    """
    entries, drawn = replicates.shape
    mean, error = np.zeros((2, entries, entries))
    furthest = np.zeros(drawn)
    values = replicates.astype(np.float64)
    if drawn < 2:
        return np.zeros((entries, entries), dtype=np.bool_)
    for entry in range(entries - 1):
        differences = values[entry] - values[entry + 1 :]
        mean[entry, entry + 1 :] = differences.mean(axis=1)
        error[entry, entry + 1 :] = differences.std(axis=1, ddof=1)
        deviations = np.abs(differences - mean[entry, entry + 1 :, None])
        scale = error[entry, entry + 1 :, None]
        np.divide(deviations, scale, out=deviations, where=scale > 0)
        furthest = np.maximum(furthest, deviations.max(axis=0))
    enough = float(np.quantile(furthest, SIMULTANEOUS_LEVEL)) * error
    return np.asarray((mean > enough) | (mean < -enough).T)
