"""Made-up files to score: 3,000 images with 22 labels of a chest radiograph's shape, and as many boxes as asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring import LOCAL

IMAGES: Final = 3_000
WIDTH: Final = 2_500
TRUE_BOXES: Final = 7_500
NIH_IMAGES: Final = 22_433
NIH_LABELS: Final = 14


@dataclass(frozen=True)
class Pair:
    """A truth and predictions on disk."""

    truth: Path
    predictions: Path


def write_boxes(folder: Path, boxes: int, images: int = IMAGES) -> Pair:
    """A truth of two or three boxes an image, rare labels among them, and `boxes` predictions in random order.

    Some predictions lie near a true box and score high, the others lie anywhere. The same boxes each time.
    """
    draw = np.random.default_rng(20_260_101)
    ids = [draw.bytes(16).hex() for _ in range(images)]
    true_image = draw.integers(0, images, TRUE_BOXES)
    true_label = np.minimum(draw.exponential(5, TRUE_BOXES).astype(int), len(LOCAL) - 1)
    true_box = _boxes_anywhere(draw, TRUE_BOXES)

    near = min(boxes // 2, TRUE_BOXES)
    label = np.append(true_label[:near], draw.integers(0, len(LOCAL), boxes - near))
    image = np.append(true_image[:near], np.arange(boxes - near) % images)
    box = np.concatenate([_nearby(draw, true_box[:near]), _boxes_anywhere(draw, boxes - near)])
    score = np.append(draw.beta(3, 2, near), draw.beta(1, 6, boxes - near))
    order = draw.permutation(boxes)

    pair = Pair(folder / f"truth-{boxes}.csv", folder / f"boxes-{boxes}.csv")
    _write(
        pair.truth,
        "image_id,class_name,x_min,y_min,x_max,y_max",
        (f"{ids[i]},{LOCAL[j]},{_corners(row)}" for i, j, row in zip(true_image, true_label, true_box, strict=True)),
        (f"{ids[i]},No finding,,,," for i in np.setdiff1d(np.arange(images), true_image)),
    )
    _write(
        pair.predictions,
        "image_id,class_name,score,x_min,y_min,x_max,y_max",
        (f"{ids[image[k]]},{LOCAL[label[k]]},{score[k]:.4f},{_corners(box[k])}" for k in order.tolist()),
        (f"{ids[i]},No finding,,,,," for i in np.setdiff1d(np.arange(images), image)),
    )
    return pair


def write_probabilities(folder: Path) -> Pair:
    """A truth and predictions of the size of NIH ChestX-ray14's test set: 22,433 images, 14 labels."""
    draw = np.random.default_rng(20_260_102)
    names = [f"finding_{label}" for label in range(NIH_LABELS)]
    prevalence = np.linspace(0.002, 0.2, NIH_LABELS)
    truth = draw.random((NIH_IMAGES, NIH_LABELS)) < prevalence
    value = 1 / (1 + np.exp(-draw.normal(0, 1, truth.shape) - 1.3 * truth))
    header = ",".join(["image_id", *names])
    pair = Pair(folder / "labels.csv", folder / "probabilities.csv")
    _write(pair.truth, header, (f"{i:08}.png,{','.join(map(str, row))}" for i, row in enumerate(truth.astype(int))))
    rows = (f"{i:08}.png,{','.join([format(cell, '.6f') for cell in row])}" for i, row in enumerate(value))
    _write(pair.predictions, header, rows)
    return pair


def _boxes_anywhere(draw: np.random.Generator, count: int) -> NDArray[np.float64]:
    corner = draw.uniform(0, WIDTH - 800, (count, 2))
    return np.hstack([corner, corner + draw.uniform(30, 800, (count, 2))])


def _nearby(draw: np.random.Generator, box: NDArray[np.float64]) -> NDArray[np.float64]:
    size = np.tile(box[:, 2:] - box[:, :2], 2)
    moved = box + draw.normal(0, 0.12, box.shape) * size
    low, high = np.minimum(moved[:, :2], moved[:, 2:]), np.maximum(moved[:, :2], moved[:, 2:])
    return np.hstack([low, high + 1])


def _corners(box: NDArray[np.float64]) -> str:
    return ",".join([f"{corner:.1f}" for corner in box.tolist()])


def _write(path: Path, header: str, *rows: Iterator[str]) -> None:
    with path.open("w") as file:
        file.write(header + "\n")
        for part in rows:
            file.writelines(f"{row}\n" for row in part)
