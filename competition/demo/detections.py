"""Made-up files of the detection track: the true boxes blurred and partly missed, among many false alarms."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from competition.demo.consensus import Consensus
from competition.demo.findings import HABITS, LOCAL_SHARES, draw_boxes, inside
from competition.demo.numbers import as_csv, as_share, generator
from scoring import GLOBAL, LOCAL

HEADER = "image_id,class_name,score,x_min,y_min,x_max,y_max"
BLUR_PIXELS = 60.0
"""A side of this length adds to each box's own when it is blurred: small findings are harder to place."""
BASELINE_SHARE = 0.04
"""The baseline marks the classes that are more common than this."""

_EASE = 0.35 * np.log(LOCAL_SHARES / BASELINE_SHARE)
"""What is rare is learnt badly: it lifts the scores of hits less."""


@dataclass(frozen=True)
class Detector:
    """How good a made-up detector is."""

    recall: float
    """The share of the true boxes that it finds at all."""
    blur: float
    """Standard deviation of its boxes' edges, as a share of their sides."""
    separation: float
    """How many standard deviations its scores of hits lie above those of false alarms."""


def detector_of(skill: float) -> Detector:
    """skill: from 0 to 1."""
    return Detector(recall=0.40 + 0.45 * skill, blur=0.24 - 0.15 * skill, separation=0.2 + 2.1 * skill)


def draw_detections(truth: Consensus, detector: Detector, *, boxes: int, seed: tuple[int, ...]) -> bytes:
    """A file with about so many boxes; the same for the same seed."""
    rng = generator(*seed)
    difficulty = _mixed(rng, generator(0).normal(size=len(truth.box)))
    hit = np.flatnonzero(difficulty < NormalDist().inv_cdf(detector.recall))
    evidence = detector.separation + _EASE[truth.label[hit]] - 0.5 * difficulty[hit] + 0.8 * rng.normal(size=len(hit))
    image, label = _draw_false_alarms(rng, truth, max(0, boxes - len(hit)))
    false_alarms = draw_boxes(rng, label, truth.size[image])
    return _file(
        truth,
        np.concatenate([truth.image[hit], image]),
        np.concatenate([truth.label[hit], label]),
        as_share(np.concatenate([evidence, rng.normal(size=len(image))]) * 1.2 - 3.2),
        np.concatenate([_blurred(rng, truth, hit, detector.blur), false_alarms]),
    )


def baseline_detections(truth: Consensus) -> bytes:
    """Each common class at its usual place on every image, scored by its prevalence: nobody has looked."""
    common = np.flatnonzero(LOCAL_SHARES > BASELINE_SHARE)
    image = np.repeat(np.arange(len(truth.image_ids)), len(common))
    label = np.tile(common, len(truth.image_ids))
    usual = np.array([_usual_place(name) for name in LOCAL])
    box = usual[label] * np.tile(truth.size[image], 2)
    return _file(truth, image, label, LOCAL_SHARES[label], inside(box, truth.size[image]))


def _usual_place(label: str) -> tuple[float, float, float, float]:
    habit = HABITS[label]
    half_width, half_height = habit.width / 2, habit.height / 2
    return habit.x - half_width, habit.y - half_height, habit.x + half_width, habit.y + half_height


def _mixed(rng: np.random.Generator, shared: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is hard for one detector is hard for the others too, but not only."""
    return np.sqrt(0.6) * shared + np.sqrt(0.4) * rng.normal(size=shared.shape)


def _blurred(rng: np.random.Generator, truth: Consensus, hit: NDArray[np.int64], blur: float) -> NDArray[np.float64]:
    box, size = truth.box[hit], truth.size[truth.image[hit]]
    side = box[:, 2:] - box[:, :2]
    noise = rng.normal(size=box.shape) * np.tile(side + BLUR_PIXELS, 2) * blur
    edges = (box + noise).reshape(-1, 2, 2)
    return inside(np.concatenate([edges.min(axis=1), edges.max(axis=1)], axis=1), size)


def _draw_false_alarms(
    rng: np.random.Generator, truth: Consensus, number: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Images (the ill and some odd ones attract more) and classes (the common ones are suspected more)."""
    attraction = np.exp(0.6 * rng.normal(size=len(truth.image_ids)))
    attraction *= np.where(truth.global_labels[:, GLOBAL.index("No finding")], 1.0, 2.0)
    suspicion = np.sqrt(LOCAL_SHARES)
    image = rng.choice(len(attraction), size=number, p=attraction / attraction.sum())
    return image, rng.choice(len(LOCAL), size=number, p=suspicion / suspicion.sum())


def _file(
    truth: Consensus,
    image: NDArray[np.int64],
    label: NDArray[np.int64],
    score: NDArray[np.float64],
    box: NDArray[np.float64],
) -> bytes:
    order = np.lexsort((-score, image))
    columns = (image[order].tolist(), label[order].tolist(), score[order].tolist(), box[order].tolist())
    rows = [
        f"{truth.image_ids[i]},{LOCAL[c]},{share:.5f},{x1:.1f},{y1:.1f},{x2:.1f},{y2:.1f}"
        for i, c, share, (x1, y1, x2, y2) in zip(*columns, strict=True)
    ]
    empty = np.setdiff1d(np.arange(len(truth.image_ids)), image).tolist()
    rows += [f"{truth.image_ids[i]},No finding,,,,," for i in empty]
    return as_csv(HEADER, rows)
