"""Sensitivity at fixed numbers of false positives per image (FROC), on the images and on resamples of them."""

from __future__ import annotations

from typing import Final

import numpy as np

from scoring.arrays import Counts, Floats, Weights
from scoring.average_precision import LabelRows
from scoring.weights import total_weight, weight_of_first

RATES: Final = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


def sensitivities(rows: LabelRows, weights: Weights, image_count: Counts) -> Floats:
    """The sensitivity at each rate of RATES and in each column, shape (7, columns); NaN without ground truth.

    The operating points are the distinct scores, and false positives grow from each to the next. So a true positive
    counts at a rate exactly when the false positives down to its own score, equals included, don't exceed the rate.
    `image_count` (columns,) is the number of images drawn.
    """
    positives = total_weight(weights, rows.truth_image)
    found = rows.found[0]
    right = np.flatnonzero(found)
    reached = np.zeros((len(RATES), weights.shape[1]), dtype=np.int64)
    if len(right):
        equal_end = np.searchsorted(-rows.score, -rows.score[right], side="right")
        wrong_so_far = np.concatenate([[0], np.cumsum(~found)])[equal_end]
        false_positives = weight_of_first(weights, rows.image[~found], wrong_so_far)
        true_positives = weights[rows.image[right]].astype(np.int64)
        for place, rate in enumerate(RATES):
            # Both sides are exact: every rate is a power of two.
            allowed = false_positives <= rate * image_count
            reached[place] = np.add.reduce(true_positives * allowed, axis=0)
    values = np.full(reached.shape, np.nan)
    np.divide(reached, positives, out=values, where=positives > 0)
    return values
