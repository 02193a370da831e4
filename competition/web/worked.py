"""Small examples of how scores are made, worked out by the very code that scores: no number here is typed by hand.

They are those of `docs/metrics.md`, where they can be checked by hand too.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from scoring import (
    Manifest,
    Scorecard,
    held,
    parse_metric,
    rank_entries,
    read_box_truth,
    read_detections,
    read_label_truth,
    read_probabilities,
    score_classification,
    score_detection,
    shown_value,
)
from scoring.boxes import iou
from scoring.estimates import score_interval

THREE_BOXES = "a,Nodule,0,0,10,10\na,Nodule,20,20,30,30\na,Nodule,40,40,50,50\n"
FOUND = (0.9, "0,0,10,10"), (0.8, "60,60,70,70"), (0.7, "20,20,30,30"), (0.6, "80,80,90,90")
WITH, WITHOUT = {"a": 0.9, "b": 0.5}, {"c": 0.5, "d": 0.1}
TWO_IMAGES = "a,Nodule,0,0,10,10\nb,Nodule,0,0,10,10\n"
FREE_RESPONSE = "a,Nodule,0.9,0,0,10,10\na,Nodule,0.8,50,50,60,60\nb,Nodule,0.8,0,0,10,10\n"
SIZE = 180


@dataclass(frozen=True)
class Detection:
    """One of a label's detections in the order of their scores, and how far it has come with it."""

    score: float
    right: bool
    precision: float
    recall: float


@dataclass(frozen=True)
class Pair:
    """An image with the label beside one without: how much the pair counts."""

    positive: float
    negative: float
    counts: float


@dataclass(frozen=True)
class Ranked:
    """A team's rank and its range."""

    team: str
    score: float
    rank: int
    low: int
    high: int


@dataclass(frozen=True)
class Interval:
    """A value, its replicates' quantiles and the interval that comes of them."""

    value: float
    low_quantile: float
    high_quantile: float
    bias: float
    low: float
    high: float


@dataclass(frozen=True)
class Worked:
    """All of them."""

    overlaps: list[tuple[str, str, float]]
    detections: list[Detection]
    curve: str
    average_precision: dict[str, float]
    froc: float
    pairs: list[Pair]
    auroc: float
    interval: Interval
    ranked: list[Ranked]
    steps: list[tuple[float, bool, float]]


@cache
def worked() -> Worked:
    """The examples; worked out once."""
    detections = _detections()
    return Worked(
        overlaps=[_overlap((0, 0, 10, 10), other) for other in ((0, 2, 10, 12), (0, 0, 10, 5), (10, 10, 20, 20))],
        detections=detections,
        curve=_curve(detections),
        average_precision={
            protocol: _boxes(_guesses(), THREE_BOXES, metric).thresholds["0.50"]
            for protocol, metric in (("voc2010", "voc2010@0.5"), ("voc2007", "voc2007@0.5"), ("coco", "coco"))
        },
        froc=_boxes(FREE_RESPONSE, TWO_IMAGES, "froc").value or 0.0,
        pairs=[
            Pair(more, less, 1.0 if more > less else 0.5 * (more == less))
            for more in WITH.values()
            for less in WITHOUT.values()
        ],
        auroc=_auroc(),
        interval=_interval(),
        ranked=_ranked(),
        steps=_steps(),
    )


def _overlap(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[str, str, float]:
    value = iou(np.array([one], dtype=np.float64), np.array([other], dtype=np.float64))
    return str(one), str(other), float(value[0])


def _guesses() -> str:
    return "".join(f"a,Nodule,{score},{box}\n" for score, box in FOUND)


def _boxes(guesses: str, boxes: str, metric: str) -> Scorecard:
    truth = read_box_truth(f"image_id,class_name,x_min,y_min,x_max,y_max\n{boxes}".encode())
    content = f"image_id,class_name,score,x_min,y_min,x_max,y_max\n{guesses}".encode()
    found = read_detections(content, manifest=Manifest(truth.image_ids), labels=truth.labels)
    return score_detection(truth, found, metric=parse_metric(metric), resamples=0)


def _detections() -> list[Detection]:
    """Which of the boxes are right is asked of the metric: with each further box its recall grows or doesn't."""
    true = THREE_BOXES.count("\n")
    steps, right = [], 0
    for number, (score, box) in enumerate(FOUND, start=1):
        is_right = (_boxes(f"a,Nodule,{score},{box}\n", THREE_BOXES, "voc2010@0.5").value or 0) > 0
        right += is_right
        steps.append(Detection(score, is_right, right / number, right / true))
    return steps


def _curve(detections: list[Detection]) -> str:
    """The envelope of precision over recall, as the corners of the area under it, SIZE units in width and height."""
    recalls = sorted({step.recall for step in detections})
    corners, left = [f"0,{SIZE}"], 0.0
    for recall in recalls:
        height = SIZE * (1 - max(step.precision for step in detections if step.recall >= recall))
        corners += [f"{left:g},{height:g}", f"{SIZE * recall:g},{height:g}"]
        left = SIZE * recall
    return " ".join([*corners, f"{left:g},{SIZE}"])


def _auroc() -> float:
    truth = read_label_truth(b"image_id,Pneumonia\na,1\nb,1\nc,0\nd,0\n")
    rows = "".join(f"{image},{value}\n" for image, value in (WITH | WITHOUT).items())
    content = f"image_id,Pneumonia\n{rows}".encode()
    found = read_probabilities(content, manifest=Manifest(truth.image_ids), labels=truth.labels)
    return score_classification(truth, found, resamples=0).value or 0.0


def _interval() -> Interval:
    value, replicates = 0.25, np.linspace(0.10, 0.45, 1001, dtype=np.float32)
    low_quantile, high_quantile = (float(end) for end in np.quantile(replicates.astype(np.float64), (0.025, 0.975)))
    low, high = score_interval(value, replicates)
    return Interval(value, low_quantile, high_quantile, float(replicates.mean(dtype=np.float64)) - value, low, high)


def _ranked() -> list[Ranked]:
    """The first is better than the second in every resample; the third goes up and down by itself."""
    noise = np.random.default_rng(0).normal(0, 0.01, 1000)
    scores = np.array([0.33, 0.30, 0.29])
    replicates = np.array([0.33 + noise, 0.30 + noise, 0.29 - 5 * noise], dtype=np.float32)
    ranking = rank_entries(scores, replicates)
    rows = zip(
        "ABC",
        scores.tolist(),
        ranking.rank.tolist(),
        ranking.rank_low.tolist(),
        ranking.rank_high.tolist(),
        strict=True,
    )
    return [Ranked(*row) for row in rows]


def _steps() -> list[tuple[float, bool, float]]:
    """Each submission's value, whether it makes a step, and what the board shows after it."""
    values = [0.300, 0.310, 0.316]
    made = held(values, np.array([[value] * 10 for value in values], dtype=np.float32))
    steps, shown = [], 0.0
    for number, value in enumerate(values):
        shown = shown_value(value) if number in made else shown
        steps.append((value, number in made, shown))
    return steps
