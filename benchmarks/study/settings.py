"""The made-up test sets of the study, and one run of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from benchmarks.study import classifiers, detectors
from benchmarks.study.images import Images, draw_counts, draw_images, image_weights
from benchmarks.study.intervals import delong_intervals
from competition.demo.detections import detector_of
from scoring import ALL, LOCAL
from scoring.arrays import Counts, Floats, Indices, Interval

SKILL: Final = 0.7
LESS: Final = 0.05


@dataclass(frozen=True)
class Setting:
    """A track on so many images, of patients with so many of them on average.

    With `pairs` there are three submissions, two of the `skill` and one of LESS, otherwise one.
    """

    track: str
    images: int
    per_patient: float = 1.0
    skill: float = SKILL
    pairs: bool = True

    def __str__(self) -> str:
        patients = f" of patients with {self.per_patient:g} images" if self.per_patient > 1 else ""
        skill = f", skill {self.skill:g}" if self.skill != SKILL else ""
        return f"{self.track}, {self.images:,} images{patients}{skill}"

    @property
    def skills(self) -> tuple[float, ...]:
        """The quality of each submission."""
        return (self.skill, self.skill, self.skill - LESS) if self.pairs else (self.skill,)

    @cached_property
    def truths(self) -> list[Floats]:
        """The value of each submission's labels on the population."""
        track = detectors if self.track == "detection" else classifiers
        return [track.true_values(skill) for skill in self.skills]


@dataclass(frozen=True, eq=False)
class Run:
    """One test set with its submissions; L labels, B resamples.

    `positives` (L,) positive images. `values`: of each submission (L, 1 + B), column 0 on the images themselves.
    `without` (L, groups): the first submission's without each group. `by_image`: its values (L, 1 + B) where images
    are drawn though patients have several. `delong`: the first submission's intervals of each label that has two
    positives and two negatives.
    """

    positives: Counts
    values: list[Floats]
    without: Floats
    by_image: Floats | None = None
    delong: dict[int, list[Interval]] = field(default_factory=dict)


def draw_run(setting: Setting, rng: np.random.Generator, resamples: int) -> Run:
    """Draw a test set, let the submissions predict it, and score them on the images and on every resample."""
    images = draw_images(rng, setting.images, setting.per_patient)
    return (_detection if setting.track == "detection" else _classification)(setting, images, rng, resamples)


def _detection(setting: Setting, images: Images, rng: np.random.Generator, resamples: int) -> Run:
    findings = detectors.draw_findings(rng, images)
    rows = [detectors.draw_submission(rng, findings, detector_of(skill)) for skill in setting.skills]
    weights = _weights(rng, images.group, resamples)
    values = [detectors.values_of(of_submission, weights) for of_submission in rows]
    without = detectors.leave_one_out(rows[0], images.group, values[0][:, 0])
    by_image = None
    if setting.per_patient > 1:
        by_image = detectors.values_of(rows[0], _weights(rng, np.arange(setting.images), resamples))
    return Run(images.positive[:, : len(LOCAL)].sum(axis=0), values, without, by_image)


def _classification(setting: Setting, images: Images, rng: np.random.Generator, resamples: int) -> Run:
    noise = classifiers.draw_noise(rng, images)
    scores = [classifiers.draw_submission(rng, images, noise, skill) for skill in setting.skills]
    weights = _weights(rng, images.group, resamples)
    values = [classifiers.values_of(images.positive, score, weights) for score in scores]
    by_image = None
    if setting.per_patient > 1:
        by_image = classifiers.values_of(
            images.positive, scores[0], _weights(rng, np.arange(setting.images), resamples)
        )
    positives = images.positive.sum(axis=0)
    delong = {
        place: delong_intervals(float(values[0][place, 0]), images.positive[:, place], scores[0][:, place])
        for place in range(len(ALL))
        if 2 <= positives[place] <= setting.images - 2
    }
    return Run(positives, values, classifiers.leave_one_out(images, scores[0]), by_image, delong)


def _weights(rng: np.random.Generator, group: Indices, resamples: int) -> np.ndarray:
    return image_weights(draw_counts(rng, int(group[-1]) + 1, resamples), group)
