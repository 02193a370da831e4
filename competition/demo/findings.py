"""What is known of the 28 labels: how common they are, and where in a radiograph a finding is seen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring import GLOBAL, LOCAL

TRAINING_IMAGES = 15_000

POSITIVE_IMAGES = {
    "Aortic enlargement": 2348,
    "Atelectasis": 62,
    "Cardiomegaly": 1817,
    "Calcification": 177,
    "Clavicle fracture": 1,
    "Consolidation": 121,
    "Edema": 1,
    "Emphysema": 14,
    "Enlarged PA": 21,
    "ILD": 152,
    "Infiltration": 245,
    "Lung cavity": 21,
    "Lung cyst": 4,
    "Lung Opacity": 547,
    "Mediastinal shift": 85,
    "Nodule/Mass": 410,
    "Pulmonary fibrosis": 1017,
    "Pneumothorax": 58,
    "Pleural thickening": 882,
    "Pleural effusion": 634,
    "Rib fracture": 41,
    "Other lesion": 363,
    "Lung tumor": 132,
    "Pneumonia": 469,
    "Tuberculosis": 479,
    "Other diseases": 4002,
    "COPD": 7,
    "No finding": 10606,
}
"""Of the 15,000 training images, by majority of the three readers: arXiv 2012.15029, Table 2."""


def prevalence(label: str) -> float:
    """The share of images that have the label."""
    return POSITIVE_IMAGES[label] / TRAINING_IMAGES


@dataclass(frozen=True)
class Habit:
    """Where boxes of a class usually are, in shares of the image's width and height; made up."""

    x: float
    """Centre; a class that is seen on either side has it mirrored in half of the boxes."""
    y: float
    width: float
    height: float
    spread: float
    """Standard deviation of the centre."""
    sided: bool = True
    more: float = 0.0
    """Expected number of further boxes on an image that has one."""


HABITS = {
    "Aortic enlargement": Habit(0.55, 0.30, 0.13, 0.13, 0.02, sided=False),
    "Atelectasis": Habit(0.30, 0.52, 0.22, 0.20, 0.07),
    "Cardiomegaly": Habit(0.54, 0.64, 0.48, 0.20, 0.03, sided=False),
    "Calcification": Habit(0.32, 0.40, 0.06, 0.05, 0.10, more=0.6),
    "Clavicle fracture": Habit(0.28, 0.17, 0.12, 0.06, 0.04),
    "Consolidation": Habit(0.31, 0.52, 0.20, 0.20, 0.08, more=0.2),
    "Edema": Habit(0.32, 0.50, 0.26, 0.34, 0.04, more=0.8),
    "Emphysema": Habit(0.30, 0.38, 0.26, 0.40, 0.04, more=0.6),
    "Enlarged PA": Habit(0.58, 0.41, 0.11, 0.10, 0.02, sided=False),
    "ILD": Habit(0.31, 0.55, 0.26, 0.34, 0.05, more=0.9),
    "Infiltration": Habit(0.31, 0.48, 0.20, 0.20, 0.08, more=0.4),
    "Lung cavity": Habit(0.32, 0.34, 0.12, 0.11, 0.07, more=0.2),
    "Lung cyst": Habit(0.32, 0.45, 0.12, 0.11, 0.08),
    "Lung Opacity": Habit(0.31, 0.48, 0.19, 0.18, 0.09, more=0.4),
    "Mediastinal shift": Habit(0.50, 0.36, 0.17, 0.34, 0.04, sided=False),
    "Nodule/Mass": Habit(0.31, 0.46, 0.07, 0.06, 0.10, more=1.0),
    "Pulmonary fibrosis": Habit(0.31, 0.30, 0.17, 0.14, 0.09, more=0.7),
    "Pneumothorax": Habit(0.27, 0.36, 0.24, 0.38, 0.05),
    "Pleural thickening": Habit(0.28, 0.19, 0.16, 0.07, 0.05, more=0.4),
    "Pleural effusion": Habit(0.24, 0.72, 0.17, 0.19, 0.04, more=0.2),
    "Rib fracture": Habit(0.24, 0.42, 0.10, 0.08, 0.09, more=0.9),
    "Other lesion": Habit(0.34, 0.46, 0.15, 0.14, 0.11, more=0.3),
}

SIZE_SPREAD = 0.18
"""Standard deviation of the logarithm of a box's width and height."""
SMALLEST_SIDE = 8.0

_CENTRES = np.array([(HABITS[label].x, HABITS[label].y) for label in LOCAL])
_SIDES = np.array([(HABITS[label].width, HABITS[label].height) for label in LOCAL])
_SPREADS = np.array([HABITS[label].spread for label in LOCAL])
_SIDED = np.array([HABITS[label].sided for label in LOCAL])
_MORE = np.array([HABITS[label].more for label in LOCAL])

GLOBAL_SHARES = np.array([prevalence(label) for label in GLOBAL])
LOCAL_SHARES = np.array([prevalence(label) for label in LOCAL])


def draw_number_of_boxes(rng: np.random.Generator, label: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many boxes a positive image has. label: (n,) positions in LOCAL. Returns (n,), at least 1."""
    return 1 + rng.poisson(_MORE[label])


def draw_boxes(rng: np.random.Generator, label: NDArray[np.int64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw one box each where findings of the class are usually seen.

    label: (n,) positions in LOCAL. size: (n, 2), widths and heights of the images in pixels.
    Returns (n, 4): x_min, y_min, x_max, y_max in pixels, inside the image.
    """
    centre = _CENTRES[label] + rng.normal(size=size.shape) * _SPREADS[label, None]
    mirrored = _SIDED[label] & (rng.random(len(label)) < 0.5)
    centre[mirrored, 0] = 1 - centre[mirrored, 0]
    side = _SIDES[label] * np.exp(SIZE_SPREAD * rng.normal(size=size.shape))
    return inside(np.concatenate([centre - side / 2, centre + side / 2], axis=1) * np.tile(size, 2), size)


def inside(box: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut boxes off at the image's edges; what would vanish keeps a few pixels. box: (n, 4), size: (n, 2)."""
    low = np.clip(box[:, :2], 0, size - SMALLEST_SIDE)
    high = np.clip(box[:, 2:], low + SMALLEST_SIDE, size)
    return np.round(np.concatenate([low, high], axis=1), 1)
