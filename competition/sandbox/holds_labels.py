"""Does a file hold the labels themselves? Those of a public dataset can be had: secrecy can't be assumed.

What is found is a share, or names of labels; it names no image.
"""

import numpy as np
from numpy.typing import NDArray

from scoring import BoxTruth, Detections, LabelTruth, Probabilities

PIXELS = 2.0
"""A box is a true one when no side is further off: a copy with a jitter of one pixel is, a model's box by chance."""
SHARE_OF_BOXES = 0.15
"""Of the true boxes. A detector whose sides are off by 5 % of the box's size has some 2 % of them so exactly."""
FEWEST_BOXES = 10
FEWEST_POSITIVES = 10
FEWEST_LABELS = 2
"""Or the only one. One label of ten positives can be told without an error by a very good model and some luck."""


def true_boxes(truth: BoxTruth, predictions: Detections) -> float:
    """The share of true boxes that a detection of their label hits with all four sides; 0 where there are few."""
    if len(truth.box) < FEWEST_BOXES or not len(predictions.box):
        return 0.0
    names = {label: place for place, label in enumerate(truth.labels)}
    label = np.array([names.get(label, -1) for label in predictions.labels])[predictions.label]
    images = len(truth.image_ids)
    true_cell = truth.label.astype(np.int64) * images + truth.image
    cell = label.astype(np.int64) * images + _positions(predictions.image_ids, truth.image_ids)[predictions.image]
    order = np.argsort(cell, kind="stable")
    first, last = (np.searchsorted(cell[order], true_cell, side) for side in ("left", "right"))
    hits = sum(
        bool(_equal(predictions.box[order[low:high]], box))
        for box, low, high in zip(truth.box, first, last, strict=True)
    )
    return hits / len(truth.box)


def perfect_labels(truth: LabelTruth, predictions: Probabilities) -> list[str]:
    """The labels whose every positive image is above every negative one; none where there are too few of them.

    Only labels of enough positive and negative images are asked about.
    """
    rows = _positions(truth.image_ids, predictions.image_ids)
    columns = {label: place for place, label in enumerate(predictions.labels)}
    found, asked = [], 0
    for place, label in enumerate(truth.labels):
        positive = truth.values[:, place]
        if label not in columns or min(positive.sum(), (~positive).sum()) < FEWEST_POSITIVES:
            continue
        asked += 1
        values = predictions.values[rows, columns[label]]
        if values[positive].min() > values[~positive].max():
            found.append(label)
    return found if len(found) >= min(FEWEST_LABELS, asked) else []


def _equal(boxes: NDArray[np.float64], box: NDArray[np.float64]) -> bool:
    return len(boxes) > 0 and bool((np.abs(boxes - box).max(axis=1) <= PIXELS).any())


def _positions(wanted: tuple[str, ...], among: tuple[str, ...]) -> NDArray[np.intp]:
    places = {image: place for place, image in enumerate(among)}
    return np.array([places[image] for image in wanted], dtype=np.intp)
