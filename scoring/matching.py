"""Which detections find a true box.

Matching happens within an image and a label and never looks at another image, so it is done once; a bootstrap resample
only weights what was found here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import Counts, Flags, Floats, Indices
from scoring.boxes import area, iou, iou_of_coco, pairs_of_one_group
from scoring.metric import Metric
from scoring.predictions import Detections
from scoring.truth import BoxTruth

MOST_PER_IMAGE_AND_LABEL: Final = 100
# pycocotools' "area all" ends at (1e5)²: what is larger is ignored, neither right nor wrong.
LARGEST_AREA: Final = 1e5**2


@dataclass(frozen=True, eq=False)
class Matches:
    """The outcome of n detections (in their order) against m true boxes at T thresholds.

    `found` (T, n): the detection has a true box to itself. `ignored` (T, n): it counts neither as right nor as wrong;
    None where all count. `kept` (n,): it is evaluated at all. `counted` (m,): the true box counts.
    """

    found: Flags
    ignored: Flags | None
    kept: Flags
    counted: Flags


def match(metric: Metric, truth: BoxTruth, detections: Detections) -> Matches:
    """Match detections in canonical order with the truth of the same images and labels."""
    if metric.protocol == "coco":
        return match_best_free(truth, detections, metric.thresholds)
    return match_best(truth, detections, metric.thresholds[0])


def match_best(truth: BoxTruth, detections: Detections, threshold: float) -> Matches:
    """As in PASCAL VOC: a detection may have only the box that it overlaps most, and only if nobody had it before."""
    chosen = np.full(len(detections.score), -1, dtype=np.intp)
    for detection, box in pairs_of_one_group(*_groups(truth, detections)):
        overlap = iou(detections.box[detection], truth.box[box])
        starts = _starts(detection)
        largest = np.maximum.reduceat(overlap, starts)
        at_largest = np.flatnonzero(overlap == np.repeat(largest, np.diff(starts, append=len(detection))))
        first = at_largest[_starts(detection[at_largest])]
        enough = first[overlap[first] > threshold]
        chosen[detection[enough]] = box[enough]

    found = np.zeros((1, len(chosen)), dtype=np.bool_)
    choosing = np.flatnonzero(chosen >= 0)
    _, first_to_choose = np.unique(chosen[choosing], return_index=True)
    found[0, choosing[first_to_choose]] = True
    return Matches(
        found, None, kept=np.ones(len(chosen), dtype=np.bool_), counted=np.ones(len(truth.box), dtype=np.bool_)
    )


def match_best_free(truth: BoxTruth, detections: Detections, thresholds: tuple[float, ...]) -> Matches:
    """As in pycocotools: a detection takes the best of the boxes that are still free at this threshold."""
    least = np.minimum(np.array(thresholds), 1 - 1e-10)
    groups, _ = _groups(truth, detections)
    kept = first_of_each(groups, MOST_PER_IMAGE_AND_LABEL)
    counted = area(truth.box) <= LARGEST_AREA
    edges = _edges_by_preference(truth, detections, kept, counted, float(least.min()))

    found = np.zeros((len(least), len(groups)), dtype=np.bool_)
    ignored = np.zeros_like(found)
    free = np.ones((len(least), len(truth.box)), dtype=np.bool_)
    for edge in _rounds(edges.detection, groups):
        detection, box = edges.detection[edge], edges.box[edge]
        possible = free[:, box] & (edges.overlap[edge] >= least[:, None])
        starts = _starts(detection)
        place = np.where(possible, np.arange(len(edge)), len(edge))
        preferred = np.minimum.reduceat(place, starts, axis=1)
        threshold, taker = np.nonzero(preferred < len(edge))
        taken = preferred[threshold, taker]
        found[threshold, detection[taken]] = True
        ignored[threshold, detection[taken]] = ~counted[box[taken]]
        free[threshold, box[taken]] = False

    ignored |= ~found & (area(detections.box) > LARGEST_AREA)
    return Matches(found & ~ignored, ignored if ignored.any() else None, kept, counted)


@dataclass(frozen=True, eq=False)
class _Edges:
    """Pairs that overlap enough: by detection, and for each the box it prefers first."""

    detection: Indices
    box: Indices
    overlap: Floats


def _edges_by_preference(truth: BoxTruth, detections: Detections, kept: Flags, counted: Flags, least: float) -> _Edges:
    """Preferred are counted boxes over ignored ones, then the larger overlap, then the later box."""
    groups, truth_groups = _groups(truth, detections)
    places = np.flatnonzero(kept)
    parts: list[_Edges] = [_Edges(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0))]
    for nth, box in pairs_of_one_group(groups[places], truth_groups):
        detection = places[nth]
        overlap = iou_of_coco(detections.box[detection], truth.box[box])
        enough = overlap >= least
        parts.append(_Edges(detection[enough], box[enough], overlap[enough]))
    detection = np.concatenate([part.detection for part in parts])
    box = np.concatenate([part.box for part in parts])
    overlap = np.concatenate([part.overlap for part in parts])
    order = np.lexsort((-box, -overlap, ~counted[box], detection))
    return _Edges(detection[order], box[order], overlap[order])


def _rounds(detection: Indices, groups: Counts) -> list[Indices]:
    """The edges of the first detection of every group, then those of the second, and so on.

    Detections of one group take their turns one after the other; those of different groups don't meet.
    """
    starts = _starts(detection)
    if not len(starts):
        return []
    turn = nth_of_each(groups[detection[starts]])
    turn_of_edge = np.repeat(turn, np.diff(starts, append=len(detection)))
    order = np.argsort(turn_of_edge, kind="stable")
    return np.split(order, _starts(turn_of_edge[order])[1:])


def nth_of_each(groups: Counts) -> Indices:
    """How many of the same group come before each."""
    order = np.argsort(groups, kind="stable")
    starts = _starts(groups[order])
    nth = np.empty(len(groups), dtype=np.intp)
    nth[order] = np.arange(len(groups)) - np.repeat(starts, np.diff(starts, append=len(groups)))
    return nth


def first_of_each(groups: Counts, most: int) -> Flags:
    """Whether each is among the first `most` of its group."""
    if _is_no_group_larger_than(most, groups):
        return np.ones(len(groups), dtype=np.bool_)
    return nth_of_each(groups) < most


def _is_no_group_larger_than(most: int, groups: Counts) -> bool:
    """Whether that is known at once: counting is cheaper than sorting, unless most groups are empty."""
    if len(groups) <= most:
        return True
    return int(groups.max()) < 8 * len(groups) and int(np.bincount(groups).max()) <= most


def _groups(truth: BoxTruth, detections: Detections) -> tuple[Counts, Counts]:
    """A number for each pair of image and label, of every detection and of every true box."""
    labels = len(truth.labels)
    return (
        detections.image.astype(np.int64) * labels + detections.label,
        truth.image.astype(np.int64) * labels + truth.label,
    )


def _starts(values: NDArray[np.integer]) -> Indices:
    """Where runs of equal values begin."""
    if not len(values):
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(np.append(True, values[1:] != values[:-1]))
