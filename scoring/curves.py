"""Curves of one label as plain lists, for a report.

At most 200 points each: a curve with every point would tell the order of all right and wrong predictions. Each point is
one of the whole curve, to 6 decimals; none is made up between two. Which ones are kept follows from their number alone.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scoring.arrays import Flags, Floats
from scoring.average_precision import LabelRows
from scoring.classification import operating_points

Points = list[list[float]]
Curves = dict[str, Points]

MOST_POINTS: Final = 200
DECIMALS: Final = 6


def detection_curves(rows: LabelRows, images: int) -> Curves:
    """`pr`: [recall, precision]; `froc`: [false positives per image, sensitivity], at the first threshold."""
    counted = slice(None) if rows.ignored is None else ~rows.ignored[0]
    true_positives, taken = operating_points(rows.found[0, counted], rows.score[counted])
    positives = len(rows.truth_image)
    if not positives or not len(taken):
        return {"pr": [], "froc": []}
    recall = true_positives / positives
    return {
        "pr": thinned(recall, true_positives / taken),
        "froc": thinned((taken - true_positives) / images, recall),
    }


def classification_curves(truth: Flags, score: Floats) -> Curves:
    """`roc`: [false positive rate, true positive rate], from (0, 0); `pr`: [recall, precision]."""
    true_positives, taken = operating_points(truth, score)
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        return {"roc": [], "pr": []}
    recall = true_positives / positives
    false_positive_rate = (taken - true_positives) / negatives
    return {
        "roc": thinned(np.append(0.0, false_positive_rate), np.append(0.0, recall)),
        "pr": thinned(recall, true_positives / taken),
    }


def thinned(x: Floats, y: Floats) -> Points:
    """At most 200 of the points, evenly by their number, the first and the last among them."""
    chosen = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_POINTS)).round().astype(np.intp))
    points: Points = np.round(np.column_stack([x[chosen], y[chosen]]), DECIMALS).tolist()
    return points
