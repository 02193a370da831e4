"""Made-up submissions of the detection track, and their AP on the population.

Only what matching would have found is made up, no boxes: a right detection overlaps its true box and a wrong one
overlaps none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import Final

import numpy as np
from scipy.special import ndtr

from benchmarks.study.images import ILL, SHARES, Images, normal
from competition.demo.detections import Detector, detector_of
from competition.demo.findings import HABITS, draw_number_of_boxes
from scoring import LOCAL
from scoring.arrays import Floats, Indices, Weights
from scoring.average_precision import LabelRows, average_precisions

ALARMS_PER_IMAGE: Final = 4.0
SHARED: Final = 0.6
"""How much of what is hard for one detector is hard for all of them, as a share of the variance."""
SAME_IMAGE: Final = 0.3
"""The same for two boxes on one image."""

_SHARES = SHARES[: len(LOCAL)]
_BOXES_PER_IMAGE = _SHARES * np.array([1 + HABITS[label].more for label in LOCAL])
_EASE = 0.35 * np.log(_SHARES / 0.04)
_SUSPICION = np.sqrt(_SHARES) / np.sqrt(_SHARES).sum()


@dataclass(frozen=True, eq=False)
class Findings:
    """What all detectors look at: m true boxes and how hard they are to find, k places that look like a finding."""

    image: Indices
    label: Indices
    difficulty: Floats
    alarm_image: Indices
    alarm_label: Indices
    alarm_evidence: Floats


def draw_findings(rng: np.random.Generator, images: Images) -> Findings:
    """Draw the true boxes and the traps of a test set."""
    image, label = np.nonzero(images.positive[:, : len(LOCAL)])
    repeats = draw_number_of_boxes(rng, label)
    image, label = np.repeat(image, repeats), np.repeat(label, repeats)
    of_image = normal(rng, images.group, 1)[:, 0]
    difficulty = np.sqrt(SAME_IMAGE) * of_image[image] + np.sqrt(1 - SAME_IMAGE) * rng.standard_normal(len(image))

    attraction = np.exp(0.6 * normal(rng, images.group, 1)[:, 0] - 0.18) * np.where(images.ill, 2.0, 1.0) / (1 + ILL)
    number = rng.poisson(ALARMS_PER_IMAGE * attraction)
    alarm_image = np.repeat(np.arange(len(number)), number)
    alarm_label = np.searchsorted(np.cumsum(_SUSPICION)[:-1], rng.random(len(alarm_image)))
    return Findings(image, label, difficulty, alarm_image, alarm_label, rng.standard_normal(len(alarm_image)))


def placed(detector: Detector) -> float:
    """The share of its hits that overlap the true box enough; the others are wrong detections."""
    return 1 - 1.5 * detector.blur


def draw_submission(rng: np.random.Generator, findings: Findings, detector: Detector) -> list[LabelRows]:
    """What matching finds of a detector's file, for each of the 22 local labels."""
    difficulty = _mixed(rng, findings.difficulty)
    hit = np.flatnonzero(difficulty < NormalDist().inv_cdf(detector.recall))
    evidence = detector.separation + _EASE[findings.label[hit]] - 0.5 * difficulty[hit]
    score = np.concatenate([evidence + 0.8 * rng.standard_normal(len(hit)), _mixed(rng, findings.alarm_evidence)])
    image = np.concatenate([findings.image[hit], findings.alarm_image])
    label = np.concatenate([findings.label[hit], findings.alarm_label])
    found = np.zeros(len(score), dtype=np.bool_)
    found[: len(hit)] = rng.random(len(hit)) < placed(detector)
    order = np.lexsort((-score, label))
    ends = np.searchsorted(label[order], np.arange(1, len(LOCAL)))
    return [
        LabelRows(image[rows], score[rows], found[None, rows], None, findings.image[findings.label == place])
        for place, rows in enumerate(np.split(order, ends))
    ]


def values_of(rows: list[LabelRows], weights: Weights) -> Floats:
    """AP (voc2010) of each label in each column of `weights`, shape (22, columns); NaN where undefined."""
    return np.concatenate([average_precisions("voc2010", of_label, weights) for of_label in rows])


def leave_one_out(rows: list[LabelRows], group: Indices, values: Floats) -> Floats:
    """AP of each label without each group, shape (22, groups); `values` (22,) are those with all of them."""
    groups = int(group[-1]) + 1
    without = np.repeat(values[:, None], groups, axis=1)
    for place, of_label in enumerate(rows):
        concerned, number = np.unique(
            group[np.concatenate([of_label.image, of_label.truth_image])], return_inverse=True
        )
        weights = (1 - np.eye(len(concerned), dtype=np.uint8)).astype(np.uint8)
        image, truth_image = np.split(number, [len(of_label.image)])
        moved = LabelRows(image, of_label.score, of_label.found, None, truth_image)
        without[place, concerned] = average_precisions("voc2010", moved, weights)[0]
    return without


@cache
def true_values(skill: float) -> Floats:
    """AP of each label on the population, shape (22,): the area under the envelope of a test set without end.

    By numerical integration, not by simulation: however large a sample, its AP would be biased upwards.
    """
    detector = detector_of(skill)
    hardest = NormalDist().inv_cdf(detector.recall)
    difficulty = np.linspace(-8, hardest, 401)
    density = np.exp(-(difficulty**2) / 2) / np.sqrt(2 * np.pi)
    least = np.linspace(12, -12, 2401)
    false_alarms = ndtr(-least)
    values = []
    for ease, boxes, suspicion in zip(_EASE, _BOXES_PER_IMAGE, _SUSPICION, strict=True):
        margin = detector.separation + ease - 0.5 * difficulty[None, :] - least[:, None]
        hits = np.trapezoid(ndtr(margin / 0.8) * density, difficulty, axis=1)
        recall = hits * placed(detector)
        right, all_of_them = boxes * recall, boxes * hits + ALARMS_PER_IMAGE * suspicion * false_alarms
        precision = np.divide(right, all_of_them, out=np.ones_like(right), where=all_of_them > 0)
        envelope = np.maximum.accumulate(precision[::-1])[::-1]
        values.append(float(np.trapezoid(envelope, recall)))
    return np.array(values)


def _mixed(rng: np.random.Generator, shared: Floats) -> Floats:
    return np.sqrt(SHARED) * shared + np.sqrt(1 - SHARED) * rng.standard_normal(shared.shape)
