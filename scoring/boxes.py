"""Overlap of boxes, and which boxes can overlap at all.

A box is x_min, y_min, x_max, y_max in pixels and continuous: its width is x_max - x_min, without "+ 1".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from scoring.arrays import Boxes, Counts, Floats, Indices

PAIRS_AT_ONCE: Final = 1 << 20


def iou(first: Boxes, second: Boxes) -> Floats:
    """Intersection over union of each first box (n, 4) with the second one (n, 4) beside it, in [0, 1]."""
    width = np.minimum(first[:, 2], second[:, 2]) - np.maximum(first[:, 0], second[:, 0])
    height = np.minimum(first[:, 3], second[:, 3]) - np.maximum(first[:, 1], second[:, 1])
    return _ratio(width, height, area(first) + area(second))


def iou_of_coco(first: Boxes, second: Boxes) -> Floats:
    """The same as `iou`, bit for bit as pycocotools has it.

    pycocotools is handed x, y, width and height and adds them up again, so x + width may differ from x_max in its last
    bit, and a detection on the edge of a threshold falls on the other side.
    """
    right = np.minimum(first[:, 0] + (first[:, 2] - first[:, 0]), second[:, 0] + (second[:, 2] - second[:, 0]))
    lower = np.minimum(first[:, 1] + (first[:, 3] - first[:, 1]), second[:, 1] + (second[:, 3] - second[:, 1]))
    width = right - np.maximum(first[:, 0], second[:, 0])
    height = lower - np.maximum(first[:, 1], second[:, 1])
    return _ratio(width, height, area(first) + area(second))


def area(box: Boxes) -> Floats:
    """Area of each box (n, 4) in square pixels."""
    areas: Floats = (box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])
    return areas


def _ratio(width: Floats, height: Floats, both_areas: Floats) -> Floats:
    intersection = np.where((width > 0) & (height > 0), width * height, 0.0)
    union = both_areas - intersection
    # Boxes so thin that their area is 0 in float64 overlap nothing.
    return np.divide(intersection, union, out=np.zeros_like(union), where=union > 0)


def pairs_of_one_group(groups: Counts, truth_groups: Counts) -> Iterator[tuple[Indices, Indices]]:
    """Every pair of a detection and a true box of the same group (an image and a label), in portions.

    Detection by detection in their order, and for each the true boxes in theirs. All pairs of one detection are in the
    same portion.
    """
    by_group = np.argsort(truth_groups, kind="stable")
    present, start, count = np.unique(truth_groups[by_group], return_index=True, return_counts=True)
    if not len(present):
        return
    place = np.minimum(np.searchsorted(present, groups), len(present) - 1)
    detections = np.flatnonzero(present[place] == groups)
    place = place[detections]

    portion = np.cumsum(count[place]) // PAIRS_AT_ONCE
    for chosen in np.split(np.arange(len(detections)), np.flatnonzero(np.diff(portion)) + 1):
        repeats = count[place[chosen]]
        nth = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        yield np.repeat(detections[chosen], repeats), by_group[np.repeat(start[place[chosen]], repeats) + nth]
