"""Average precision of one label, on the images as they are and on resamples of them.

Precision and recall change only where a detection is right, so only these rows are looked at; what is wrong between two
of them is a sum of weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring import compiled
from scoring.arrays import Counts, Flags, Floats, Indices, Sums, Weights
from scoring.metric import Protocol
from scoring.weights import (
    maximum_from_here_on,
    running_sum,
    sum_of_rows,
    total_weight,
    weight_of_first,
)

RECALLS_OF_VOC2007: Final = np.linspace(0, 1, 11)
RECALLS_OF_COCO: Final = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True, eq=False)
class Shares:
    """How many parts of the score each row's precision makes up, of how many in `all` (columns,).

    These are the recalls that it reaches first: `levels[offsets[b] + k]` says how many k true positives reach in column
    b. Without levels each true positive is a part.
    """

    all: Counts
    levels: tuple[NDArray[np.uint8], Indices] | None = None

    def gained(self, gained: Weights, true_positives: Sums) -> NDArray[np.unsignedinteger]:
        """The parts of each row, by the true positives that it adds and those so far, (rows, columns) each."""
        if self.levels is None:
            return gained
        table, offsets = self.levels
        reached = table.take(true_positives + offsets)
        reached[1:] -= reached[:-1].copy()
        return reached


@dataclass(frozen=True, eq=False)
class LabelRows:
    """What matching found of one label: n detections in canonical order, T thresholds.

    `image` and `score` (n,); `found` and `ignored` (T, n); `truth_image` holds the image of each true box that counts.
    """

    image: Indices
    score: Floats
    found: Flags
    ignored: Flags | None
    truth_image: Indices


def average_precisions(protocol: Protocol, rows: LabelRows, weights: Weights) -> Floats:
    """The AP at each threshold and in each column of `weights`, shape (T, columns); NaN without ground truth.

    voc2010 is the area under the precision envelope over all recalls, voc2007 the mean of the envelope at 11 recalls,
    coco at 101 recalls.
    """
    positives = total_weight(weights, rows.truth_image)
    shares = _shares(protocol, positives)
    if rows.ignored is None:
        values = _precision_areas(rows.image, rows.found, weights, shares)
    else:
        counted = [~ignored for ignored in rows.ignored]
        values = np.concatenate(
            [
                _precision_areas(rows.image[here], found[None, here], weights, shares)
                for found, here in zip(rows.found, counted, strict=True)
            ]
        )
    values[:, positives == 0] = np.nan
    return values


def _precision_areas(image: Indices, found: Flags, weights: Weights, shares: Shares) -> Floats:
    """The sum of each row's share times the largest precision from there on, shape (T, columns)."""
    right_somewhere = np.flatnonzero(found.any(axis=0))
    if compiled.takes(weights, len(image)):
        at_right = found[:, right_somewhere]
        return compiled.precision_areas(weights, image, right_somewhere, at_right, shares.levels, shares.all)
    # Rows of images that weren't drawn have 0 of 0: no true positive so far, hence precision 0.
    weight_so_far = np.maximum(weight_of_first(weights, image, right_somewhere + 1), 1).astype(np.float64)
    own_weight = weights[image[right_somewhere]]
    areas = np.zeros((len(found), weights.shape[1]))
    # Fresh memory for every threshold would cost as much time as the arithmetic.
    room = np.empty_like(weight_so_far)
    for threshold, found_here in enumerate(found[:, right_somewhere]):
        right = np.flatnonzero(found_here)
        if not len(right):
            continue
        gained = own_weight[right]
        true_positives = running_sum(gained)
        envelope = room[: len(right)]
        weight_so_far.take(right, axis=0, out=envelope, mode="clip")
        maximum_from_here_on(np.divide(true_positives, envelope, out=envelope))
        envelope *= shares.gained(gained, true_positives)
        areas[threshold] = sum_of_rows(envelope) / shares.all
    return areas


def _shares(protocol: Protocol, positives: Counts) -> Shares:
    if protocol == "voc2010":
        return Shares(np.maximum(positives, 1))
    recalls = RECALLS_OF_COCO if protocol == "coco" else RECALLS_OF_VOC2007
    everything = np.full(len(positives), len(recalls))
    return Shares(everything, _recalls_reached(np.maximum(positives, 1), recalls))


def _recalls_reached(positives: Counts, recalls: Floats) -> tuple[NDArray[np.uint8], Indices]:
    """How many of `recalls` are reached: table[offsets[b] + k] for k true positives in column b.

    A recall r counts as reached when k / positives >= r in float64, which is what searchsorted decides in pycocotools.
    Looking it up is cheaper than dividing and searching for every row and column.
    """
    distinct, which = np.unique(positives, return_inverse=True)
    # The fewest true positives that reach each recall lie within one of the exact product.
    guess = np.maximum(np.ceil(recalls * distinct[:, None]).astype(np.int64) - 1, 0)
    needed = guess + (guess / distinct[:, None] < recalls)
    needed += needed / distinct[:, None] < recalls
    ends = np.column_stack([needed, distinct + 1])
    levels = np.arange(1, len(recalls) + 1, dtype=np.uint8)
    table = np.repeat(np.tile(levels, len(distinct)), np.diff(ends, axis=1).ravel())
    first = np.cumsum(distinct + 1) - (distinct + 1)
    return table, first[which]
