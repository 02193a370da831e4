"""Scoring predictions against the truth: from two readings to a scorecard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scoring.arrays import Flags, Floats, Interval
from scoring.card import ClassScore, Scorecard
from scoring.classification import auroc_estimates, average_precision
from scoring.curves import classification_curves, detection_curves
from scoring.delong import delong_interval, logit_interval, may_be_shown
from scoring.detection import average_precision_estimates, froc_estimates, rows_by_label, rows_of
from scoring.estimates import (
    ENOUGH_POSITIVES,
    Estimates,
    as_replicates,
    interval_of,
    interval_of_label,
    number,
    numbers,
    standard_error,
)
from scoring.froc import RATES
from scoring.matching import match
from scoring.metric import Metric, threshold_key
from scoring.predictions import Detections, Probabilities
from scoring.scored import Scored, draw_for, scored_labels
from scoring.selection import positions_of
from scoring.truth import BoxTruth, LabelTruth

__all__ = ["ClassScore", "Scorecard", "score_classification", "score_detection"]


def score_detection(
    truth: BoxTruth,
    predictions: Detections,
    *,
    metric: Metric,
    resamples: int = 1000,
    seed: int = 0,
    groups: Sequence[str] | None = None,
    scored: Sequence[str] | None = None,
    curves: bool = False,
) -> Scorecard:
    """Score boxes. `groups` names the group (patient) of each of the truth's images, in their order.

    `scored` lists the labels that make up the score; left out, every label with ground truth does. Predictions for
    other images or labels than the truth's are left aside. ValueError for a metric of another track, a wrong number of
    groups, a label to be scored that there isn't, a negative number of resamples or seed.
    """
    if metric.track != "detection":
        raise ValueError(f"{metric} doesn't score boxes: use voc2010@t, voc2007@t, coco or froc.")
    if predictions.labels != truth.labels:
        predictions = predictions.relabelled(truth.labels)
    if predictions.image_ids != truth.image_ids:
        predictions = predictions.restricted_to(truth.image_ids)
    matches = match(metric, truth, predictions)
    positive = np.zeros((len(truth.image_ids), len(truth.labels)), dtype=np.bool_)
    positive[truth.image[matches.counted], truth.label[matches.counted]] = True
    chosen = scored_labels(truth.labels, scored, [positive])
    drawn = draw_for(chosen, [positive], groups, resamples=resamples, seed=seed)

    rows = rows_by_label(truth, predictions, matches)
    if metric.protocol == "froc":
        estimates = froc_estimates(rows, rows_of(truth, predictions, matches, chosen.counting), drawn)
    else:
        estimates = average_precision_estimates(metric, rows, drawn)
    classes = _detection_classes(metric, truth, estimates, positive, chosen)
    if curves:
        images = len(truth.image_ids)
        classes = [
            replace(score, curve=detection_curves(of_label, images))
            for score, of_label in zip(classes, rows, strict=True)
        ]
    return _card(metric, estimates, positive, chosen, classes, resamples=resamples, seed=seed)


def score_classification(
    truth: LabelTruth,
    predictions: Probabilities,
    *,
    resamples: int = 1000,
    seed: int = 0,
    groups: Sequence[str] | None = None,
    scored: Sequence[str] | None = None,
    curves: bool = False,
) -> Scorecard:
    """Score probabilities by AUROC; the arguments and ValueErrors are those of `score_detection`.

    KeyError where the predictions lack one of the truth's labels or images.
    """
    images = positions_of(truth.image_ids, predictions.image_ids)
    values = predictions.values[np.ix_(images, positions_of(truth.labels, predictions.labels))]
    marks = [truth.values, ~truth.values]
    chosen = scored_labels(truth.labels, scored, marks)
    drawn = draw_for(chosen, marks, groups, resamples=resamples, seed=seed)

    estimates = auroc_estimates(truth.values, values, drawn)
    single_images = len(drawn.counts) == len(drawn.group)
    classes = _classification_classes(truth, values, estimates, chosen, single_images=single_images)
    if curves:
        classes = [
            replace(score, curve=classification_curves(*columns))
            for score, *columns in zip(classes, truth.values.T, values.T, strict=True)
        ]
    return _card(Metric("auroc"), estimates, truth.values, chosen, classes, resamples=resamples, seed=seed)


def _detection_classes(
    metric: Metric, truth: BoxTruth, estimates: Estimates, positive: Flags, chosen: Scored
) -> list[ClassScore]:
    values = estimates.of_labels()
    positive_images = positive.sum(axis=0).tolist()
    boxes = np.bincount(truth.label, minlength=len(truth.labels)).tolist()
    return [
        ClassScore(
            label=label,
            positives=boxes[place],
            positive_images=positive_images[place],
            value=number(values[place, 0]),
            interval=interval_of_label(values[place]) if positive_images[place] >= ENOUGH_POSITIVES else None,
            thresholds=_by_threshold(metric, values[place, 0], estimates.parts[place, :, 0]),
            rates=_by_rate(metric, estimates.parts[place, :, 0]),
            in_score=bool(chosen.counting[place]),
        )
        for place, label in enumerate(truth.labels)
    ]


def _classification_classes(
    truth: LabelTruth, values: Floats, estimates: Estimates, chosen: Scored, *, single_images: bool
) -> list[ClassScore]:
    classes = []
    for place, (label, columns) in enumerate(zip(truth.labels, estimates.of_labels(), strict=True)):
        positive, score = truth.values[:, place], values[:, place]
        classes.append(
            ClassScore(
                label=label,
                positives=int(positive.sum()),
                positive_images=int(positive.sum()),
                value=number(columns[0]),
                interval=_auroc_interval(columns, positive, score, single_images=single_images),
                average_precision=average_precision(positive, score),
                in_score=bool(chosen.counting[place]),
            )
        )
    return classes


def _auroc_interval(columns: Floats, positive: Flags, score: Floats, *, single_images: bool) -> Interval | None:
    """DeLong's where images are drawn one by one; it knows no patients, so elsewhere the error is the bootstrap's.

    Without resamples there is none: `--bootstrap 0` asks for no interval at all.
    """
    if np.isnan(columns[0]) or len(columns) == 1:
        return None
    auroc = float(columns[0])
    if single_images:
        return delong_interval(auroc, positive, score)
    error = standard_error(columns)
    return None if error is None or not may_be_shown(auroc, positive) else logit_interval(auroc, error)


def _card(
    metric: Metric,
    estimates: Estimates,
    positive: Flags,
    chosen: Scored,
    classes: list[ClassScore],
    *,
    resamples: int,
    seed: int,
) -> Scorecard:
    overall = estimates.overall(chosen.counting)
    value, interval = number(overall[0]), interval_of(overall)
    parts = estimates.overall_parts(chosen.counting)
    return Scorecard(
        track=metric.track,
        metric=metric,
        value=value,
        interval=interval,
        approximate=interval is not None and _is_approximate(estimates, positive, chosen),
        replicates=None if value is None else as_replicates(overall),
        resamples=resamples,
        seed=seed,
        classes=tuple(classes),
        thresholds=_by_threshold(metric, overall[0], parts),
        rates=_by_rate(metric, parts),
        scored_classes=int(chosen.counting.sum()),
        class_replicates=estimates.of_labels()[:, 1:].astype(np.float32),
    )


def _is_approximate(estimates: Estimates, positive: Flags, chosen: Scored) -> bool:
    """Whether the interval stands on labels that are missing in some resamples, or so rare that they may be."""
    if estimates.pooled is not None:
        return int(positive[:, chosen.counting].any(axis=1).sum()) < ENOUGH_POSITIVES
    missing = bool(np.isnan(estimates.of_labels()[chosen.counting]).any())
    return missing or not bool(chosen.required[chosen.counting].all())


def _by_threshold(metric: Metric, value: float, parts: Floats) -> dict[str, float | None]:
    """A single threshold's value is the whole value, also where the parts are rates."""
    keys = [threshold_key(iou) for iou in metric.thresholds]
    return dict(zip(keys, numbers(parts) if len(keys) > 1 else [number(value)] * len(keys), strict=True))


def _by_rate(metric: Metric, parts: Floats) -> dict[str, float | None]:
    if metric.protocol != "froc":
        return {}
    return dict(zip(map(str, RATES), numbers(parts), strict=True))
