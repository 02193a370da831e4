"""Made-up test sets: images of patients with labels as common as in VinDr-CXR, and resamples of them."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from competition.demo.consensus import TOGETHER
from competition.demo.findings import prevalence
from scoring import ALL
from scoring.arrays import Flags, Floats, Indices, Weights

SHARES: Final = np.array([prevalence(label) for label in ALL])
"""The share of images that have each of the 28 labels."""
ALIKE: Final = 0.7
"""Correlation of two images of one patient, in whatever is drawn for an image."""

ILL: Final = 1 - SHARES[-1]
"""The share of images with a finding: the last label is `No finding`."""

_THRESHOLDS = np.array([NormalDist().inv_cdf(1 - share / ILL) for share in SHARES[:-1]])


@dataclass(frozen=True, eq=False)
class Images:
    """`positive` (images, 28): which labels each image has; `group` (images,) numbers the patients from 0."""

    positive: Flags
    group: Indices

    @property
    def ill(self) -> Flags:
        """The images with a finding."""
        return ~self.positive[:, -1]


def draw_images(rng: np.random.Generator, images: int, per_patient: float) -> Images:
    """Draw a test set in which a patient has `per_patient` images on average, in a geometric distribution.

    An image has the same chance of each label however many images its patient has. Labels come together, by the
    demo's Gaussian copula.
    """
    group = _patients(rng, images, per_patient)
    ill = normal(rng, group, 1)[:, 0] < NormalDist().inv_cdf(ILL)
    tendency = np.sqrt(TOGETHER) * normal(rng, group, 1) + np.sqrt(1 - TOGETHER) * normal(rng, group, len(ALL) - 1)
    return Images(np.column_stack([ill[:, None] & (tendency > _THRESHOLDS), ~ill]), group)


def normal(rng: np.random.Generator, group: Indices, columns: int) -> Floats:
    """Standard normal numbers (images, columns), correlated by ALIKE within a group."""
    own = rng.standard_normal((len(group), columns))
    groups = int(group[-1]) + 1
    if groups == len(group):
        return own
    return np.sqrt(ALIKE) * rng.standard_normal((groups, columns))[group] + np.sqrt(1 - ALIKE) * own


def draw_counts(rng: np.random.Generator, groups: int, resamples: int) -> Weights:
    """How often each group is drawn, shape (groups, resamples).

    Drawn faster than `scoring.bootstrap.draw`, which must give the same bits on any machine.
    """
    offsets = np.arange(resamples)[:, None] * groups
    drawn = rng.integers(0, groups, (resamples, groups)) + offsets
    counts = np.bincount(drawn.ravel(), minlength=resamples * groups)
    return np.ascontiguousarray(counts.astype(np.uint8).reshape(resamples, groups).T)


def image_weights(counts: Weights, group: Indices) -> Weights:
    """Weights of the images (images, 1 + resamples): column 0 is the images themselves."""
    weights = np.ones((len(group), 1 + counts.shape[1]), dtype=np.uint8)
    weights[:, 1:] = counts[group]
    return weights


def _patients(rng: np.random.Generator, images: int, per_patient: float) -> Indices:
    sizes = rng.geometric(1 / per_patient, images)
    return np.repeat(np.arange(images), sizes)[:images]
