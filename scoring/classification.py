"""AUROC and average precision of one label, and AUROC on resamples of the images."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from scoring import compiled
from scoring.arrays import Counts, Flags, Floats, Indices, Weights
from scoring.bootstrap import Resamples
from scoring.estimates import Estimates
from scoring.two_threads import results_of
from scoring.weights import PORTION, total_weight, weight_of_first


@dataclass(frozen=True, eq=False)
class LabelScores:
    """The images of one label with it and without it, each with its probability ascending."""

    positive: Indices
    positive_score: Floats
    negative: Indices
    negative_score: Floats


def sorted_scores(truth: Flags, score: Floats) -> LabelScores:
    """Split the images by `truth` (images,) and sort both parts by `score` (images,)."""
    order = np.argsort(score)
    positive, negative = order[truth[order]], order[~truth[order]]
    return LabelScores(positive, score[positive], negative, score[negative])


def aurocs(scores: LabelScores, weights: Weights) -> Floats:
    """AUROC in each column of `weights` (images, columns): the Mann-Whitney statistic, ties counting one half.

    NaN where no positive or no negative image was drawn. Twice the statistic is a whole number and summed as such, so
    the only rounding is the final division.
    """
    below = np.searchsorted(scores.negative_score, scores.positive_score, side="left")
    not_above = np.searchsorted(scores.negative_score, scores.positive_score, side="right")
    if compiled.takes(weights, len(scores.positive) + len(scores.negative)):
        twice_won = compiled.twice_won(weights, scores.positive, scores.negative, below, not_above)
    else:
        twice_won = _twice_won(weights, scores, below, not_above)
    twice_all = 2 * total_weight(weights, scores.positive) * total_weight(weights, scores.negative)
    values = np.full(len(twice_all), np.nan)
    np.divide(twice_won, twice_all, out=values, where=twice_all > 0)
    return values


def _twice_won(weights: Weights, scores: LabelScores, below: Indices, not_above: Indices) -> Counts:
    """Twice the statistic: `below` of the negatives score less than each positive, and `not_above` not more."""
    stops, where = np.unique(np.concatenate([below, not_above]), return_inverse=True)
    negatives_so_far = weight_of_first(weights, scores.negative, stops)
    twice_won = np.zeros(weights.shape[1], dtype=np.int64)
    for start in range(0, len(below), PORTION):
        here = slice(start, start + PORTION)
        below_twice = negatives_so_far[where[: len(below)][here]] + negatives_so_far[where[len(below) :][here]]
        twice_won += np.add.reduce(below_twice * weights[scores.positive[here]], axis=0)
    return twice_won


def average_precision(truth: Flags, score: Floats) -> float | None:
    """The sum over the distinct scores of precision × gain in recall, as scikit-learn's; None without a positive.

    `truth` and `score` (images,), of one label.
    """
    if not truth.any():
        return None
    recall, precision = recall_and_precision(truth, score)
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def recall_and_precision(truth: Flags, score: Floats) -> tuple[Floats, Floats]:
    """At each distinct score of one label (images,), from the highest down; needs a positive."""
    true_positives, taken = operating_points(truth, score)
    return true_positives / true_positives[-1], true_positives / taken


def operating_points(truth: Flags, score: Floats) -> tuple[Counts, Counts]:
    """How many are right, and how many there are, at or above each distinct score, from the highest down.

    `truth` and `score` (images,) or (detections,): a detection is right where it found a box.
    """
    order = np.argsort(-score)
    ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, len(order) > 0))
    return np.cumsum(truth[order], dtype=np.int64)[ends], ends.astype(np.int64) + 1


def auroc_estimates(truth: Flags, score: Floats, resamples: Resamples) -> Estimates:
    """AUROC of each label; `truth` and `score` (images, labels)."""
    labels = [sorted_scores(*column) for column in zip(truth.T, score.T, strict=True)]
    parts = np.full((len(labels), 1, 1 + resamples.counts.shape[1]), np.nan)
    for columns, weights in resamples.blocks(max((len(label.positive) for label in labels), default=0)):
        work = partial(aurocs, weights=weights)
        for place, values in enumerate(results_of(work, labels, on_two=compiled.takes(weights))):
            parts[place, 0, columns] = values
    return Estimates(parts)
