"""What single images add to a score, as tables by case such as challengeR reads have it. They tell labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scoring.arrays import Flags, Floats
from scoring.average_precision import LabelRows
from scoring.detection import rows_by_label
from scoring.matching import match
from scoring.metric import Metric
from scoring.predictions import Detections, Probabilities
from scoring.selection import positions_of
from scoring.truth import BoxTruth, LabelTruth


@dataclass(frozen=True)
class Case:
    """One label on one image.

    Detection, at the first threshold: `positives` true boxes, `found` of them, and `wrong` boxes besides; `value` is
    the mean over the true boxes of the precision at which each is found (0 if it is not), None without one. With
    `positives` as weights the mean over the images is the label's AP (voc2010).

    Classification: `positives` is 1 or 0; `value` is the share of the images of the other kind that the image is ranked
    right against, ties for a half (DeLong's placement). The mean over the positive images is the label's AUROC, and so
    is that over the negative ones.
    """

    label: str
    image_id: str
    value: float | None
    positives: int
    found: int | None = None
    wrong: int | None = None


def detection_cases(truth: BoxTruth, predictions: Detections, *, metric: Metric) -> Iterator[Case]:
    """By label, then by image, of those images that have a true box or a detection of the label."""
    if predictions.labels != truth.labels:
        predictions = predictions.relabelled(truth.labels)
    if predictions.image_ids != truth.image_ids:
        predictions = predictions.restricted_to(truth.image_ids)
    rows = rows_by_label(truth, predictions, match(metric, truth, predictions))
    for label, of_label in zip(truth.labels, rows, strict=True):
        yield from _boxes(label, of_label, truth.image_ids)


def classification_cases(truth: LabelTruth, predictions: Probabilities) -> Iterator[Case]:
    """By label, then by image; `value` is None where a label is on all images or on none."""
    images = positions_of(truth.image_ids, predictions.image_ids)
    values = predictions.values[np.ix_(images, positions_of(truth.labels, predictions.labels))]
    for label, positive, score in zip(truth.labels, truth.values.T, values.T, strict=True):
        placed = _placements(positive, score)
        for place, image_id in enumerate(truth.image_ids):
            value = None if placed is None else float(placed[place])
            yield Case(label, image_id, value, int(positive[place]))


def _boxes(label: str, rows: LabelRows, image_ids: tuple[str, ...]) -> Iterator[Case]:
    counted = slice(None) if rows.ignored is None else ~rows.ignored[0]
    image, found = rows.image[counted], rows.found[0, counted]
    order = np.argsort(-rows.score[counted], kind="stable")
    image, found = image[order], found[order]
    precision = np.cumsum(found) / np.arange(1, len(found) + 1)
    reached = np.maximum.accumulate(precision[::-1])[::-1] * found
    count = len(image_ids)
    positives = np.bincount(rows.truth_image, minlength=count)
    hits, taken = np.bincount(image[found], minlength=count), np.bincount(image, minlength=count)
    gained = np.bincount(image, weights=reached, minlength=count)
    for place in np.flatnonzero((positives > 0) | (taken > 0)):
        value = float(gained[place] / positives[place]) if positives[place] else None
        right = int(hits[place])
        yield Case(label, image_ids[place], value, int(positives[place]), right, int(taken[place]) - right)


def _placements(positive: Flags, score: Floats) -> Floats | None:
    """(images,); None where all images are of one kind."""
    if positive.all() or not positive.any():
        return None
    high, low = np.sort(score[positive]), np.sort(score[~positive])
    below = (np.searchsorted(low, score, "left") + np.searchsorted(low, score, "right")) / (2 * len(low))
    above = 1 - (np.searchsorted(high, score, "left") + np.searchsorted(high, score, "right")) / (2 * len(high))
    return np.where(positive, below, above)
