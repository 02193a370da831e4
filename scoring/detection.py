"""The values of a detection track: each label's AP or sensitivities, on the images and on every resample."""

from __future__ import annotations

from functools import partial

import numpy as np

from scoring import compiled
from scoring.arrays import Flags, Indices
from scoring.average_precision import LabelRows, average_precisions
from scoring.bootstrap import Resamples
from scoring.estimates import Estimates
from scoring.froc import RATES, sensitivities
from scoring.matching import Matches
from scoring.metric import Metric
from scoring.predictions import Detections
from scoring.truth import BoxTruth
from scoring.two_threads import results_of


def rows_of(truth: BoxTruth, detections: Detections, matches: Matches, labels: Flags) -> LabelRows:
    """The detections and true boxes of these labels (labels,) together, in canonical order."""
    rows = np.flatnonzero(labels[detections.label] & matches.kept)
    return _rows(truth, detections, matches, rows, np.flatnonzero(labels[truth.label] & matches.counted))


def rows_by_label(truth: BoxTruth, detections: Detections, matches: Matches) -> list[LabelRows]:
    """The detections and true boxes of each label, in canonical order."""
    labels = len(truth.labels)
    rows = _split(detections.label, np.flatnonzero(matches.kept), labels)
    boxes = _split(truth.label, np.flatnonzero(matches.counted), labels)
    return [_rows(truth, detections, matches, *chosen) for chosen in zip(rows, boxes, strict=True)]


def average_precision_estimates(metric: Metric, rows: list[LabelRows], resamples: Resamples) -> Estimates:
    """AP of each label at each threshold."""
    parts = np.full((len(rows), len(metric.thresholds), 1 + resamples.counts.shape[1]), np.nan)
    for columns, weights in resamples.blocks(max((len(label.truth_image) for label in rows), default=0)):
        work = partial(average_precisions, metric.protocol, weights=weights)
        for place, values in enumerate(results_of(work, rows, on_two=compiled.takes(weights))):
            parts[place, :, columns] = values
    return Estimates(parts)


def froc_estimates(rows: list[LabelRows], together: LabelRows, resamples: Resamples) -> Estimates:
    """Sensitivity of each label, and of the labels that count `together`, at each rate."""
    columns_in_all = 1 + resamples.counts.shape[1]
    parts = np.full((len(rows), len(RATES), columns_in_all), np.nan)
    pooled = np.full((len(RATES), columns_in_all), np.nan)
    for columns, weights in resamples.blocks(len(together.truth_image)):
        images = np.add.reduce(weights, axis=0, dtype=np.int64)
        pooled[:, columns] = sensitivities(together, weights, images)
        work = partial(sensitivities, weights=weights, image_count=images)
        for place, values in enumerate(results_of(work, rows, on_two=compiled.takes(weights))):
            parts[place, :, columns] = values
    return Estimates(parts, pooled)


def _rows(truth: BoxTruth, detections: Detections, matches: Matches, rows: Indices, boxes: Indices) -> LabelRows:
    return LabelRows(
        image=detections.image[rows].astype(np.intp),
        score=detections.score[rows],
        found=matches.found[:, rows],
        ignored=None if matches.ignored is None else matches.ignored[:, rows],
        truth_image=truth.image[boxes].astype(np.intp),
    )


def _split(label: np.ndarray[tuple[int], np.dtype[np.int32]], chosen: Indices, labels: int) -> list[Indices]:
    """The chosen places of each label, in their order."""
    by_label = chosen[np.argsort(label[chosen], kind="stable")]
    return np.split(by_label, np.searchsorted(label[by_label], np.arange(1, labels)))
