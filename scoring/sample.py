"""Random files that are valid: to try an upload with, and to see the form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.detections import Detections
from scoring.labels import GLOBAL, LOCAL, NO_FINDING, canonical
from scoring.manifest import Manifest
from scoring.native import write_detections, write_probabilities
from scoring.probabilities import Probabilities

_MOST_BOXES = 3
_UNKNOWN_SIDE = 1000.0


def sample_detection(manifest: Manifest, labels: Sequence[str] = LOCAL, seed: int = 0) -> bytes:
    """A detection file with up to three random boxes on each image; the same for the same arguments."""
    draw = np.random.default_rng(seed)
    boxed = [label for label in labels if canonical(label) != NO_FINDING]
    most = _MOST_BOXES if boxed else 0
    images = len(manifest.image_ids)
    image = np.repeat(np.arange(images, dtype=np.int32), draw.integers(0, most, images, endpoint=True))
    label = draw.integers(0, max(1, len(boxed)), len(image), dtype=np.int32)
    score = draw.integers(1, 1000, len(image)) / 1000
    box = _random_boxes(draw, _sides(manifest, image))
    return write_detections(Detections(manifest.image_ids, tuple(boxed), image, label, score, box, len(image)))


def sample_classification(manifest: Manifest, labels: Sequence[str] = GLOBAL, seed: int = 0) -> bytes:
    """A classification file of random probabilities; the same for the same arguments."""
    draw = np.random.default_rng(seed)
    values = draw.integers(0, 1000, (len(manifest.image_ids), len(labels)), endpoint=True) / 1000
    return write_probabilities(Probabilities(manifest.image_ids, tuple(labels), values, len(values)))


def _sides(manifest: Manifest, image: NDArray[np.int32]) -> NDArray[np.float64]:
    """Width and height of each box's image, shape (n, 2)."""
    if manifest.widths is None or manifest.heights is None:
        return np.full((len(image), 2), _UNKNOWN_SIDE)
    sides = np.column_stack([manifest.widths, manifest.heights])[image]
    return np.where(np.isnan(sides), _UNKNOWN_SIDE, sides)


def _random_boxes(draw: np.random.Generator, sides: NDArray[np.float64]) -> NDArray[np.float64]:
    """Boxes inside images of these sides, a tenth to a half of them long, in hundredths of a pixel."""
    length = sides * draw.uniform(0.1, 0.5, sides.shape)
    corner = (sides - length) * draw.uniform(0.0, 1.0, sides.shape)
    low = np.floor(corner * 100) / 100
    return np.column_stack([low, np.ceil((low + length) * 100 - 1) / 100])
