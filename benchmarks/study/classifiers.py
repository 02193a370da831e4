"""Made-up submissions of the classification track, and their AUROC on the population."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import ndtr

from benchmarks.study.images import SHARES, Images, normal
from competition.demo.probabilities import separation_of
from scoring.arrays import Flags, Floats, Indices, Weights
from scoring.classification import aurocs, sorted_scores
from scoring.delong import midranks

SHARED: Final = 0.6
"""How much of the noise of one classifier is that of all of them, as a share of the variance."""

_EASE = 0.1 * np.log(SHARES / 0.04)


def draw_noise(rng: np.random.Generator, images: Images) -> Floats:
    """What misleads all classifiers, shape (images, 28)."""
    return normal(rng, images.group, len(SHARES))


def draw_submission(rng: np.random.Generator, images: Images, noise: Floats, skill: float) -> Floats:
    """A classifier's scores (images, 28)."""
    own = normal(rng, images.group, len(SHARES))
    return _separation(skill) * images.positive + np.sqrt(SHARED) * noise + np.sqrt(1 - SHARED) * own


def values_of(positive: Flags, score: Floats, weights: Weights) -> Floats:
    """AUROC of each label in each column of `weights`, shape (labels, columns); NaN where undefined.

    `positive` and `score` (images, labels).
    """
    return np.array([aurocs(sorted_scores(*columns), weights) for columns in zip(positive.T, score.T, strict=True)])


def true_values(skill: float) -> Floats:
    """AUROC of each label on the population, shape (28,): two normal distributions so far apart."""
    return np.asarray(ndtr(_separation(skill) / np.sqrt(2)))


def leave_one_out(images: Images, score: Floats) -> Floats:
    """AUROC of each label without each group, shape (28, groups); NaN where undefined.

    Without a group are missing the pairs of its images with all others; those among themselves would be subtracted
    twice.
    """
    groups = int(images.group[-1]) + 1
    first, second = _pairs_within(images.group)
    without = np.full((len(SHARES), groups), np.nan)
    for place, (truth, values) in enumerate(zip(images.positive.T, score.T, strict=True)):
        positives, negatives = int(truth.sum()), int((~truth).sum())
        if not positives or not negatives:
            continue
        won = np.empty(len(truth))
        ranks = midranks(values)
        won[truth] = ranks[truth] - midranks(values[truth])
        won[~truth] = positives - (ranks[~truth] - midranks(values[~truth]))
        wins = won[truth].sum() - np.bincount(images.group, won, minlength=groups)
        mixed = truth[first] & ~truth[second]
        duels = np.sign(values[first[mixed]] - values[second[mixed]]) / 2 + 0.5
        wins += np.bincount(images.group[first[mixed]], duels, minlength=groups)
        left = positives - np.bincount(images.group, truth, minlength=groups)
        others = negatives - np.bincount(images.group, ~truth, minlength=groups)
        np.divide(wins, left * others, out=without[place], where=left * others > 0)
    return without


def _pairs_within(group: Indices) -> tuple[Indices, Indices]:
    """Every ordered pair of two images of one group; groups are numbered in the images' order."""
    size = np.bincount(group)
    start = np.cumsum(size) - size
    first = np.repeat(np.arange(len(group)), size[group])
    begin = np.cumsum(size[group]) - size[group]
    second = start[group[first]] + np.arange(len(first)) - np.repeat(begin, size[group])
    return first, second


def _separation(skill: float) -> Floats:
    return separation_of(skill) + _EASE
