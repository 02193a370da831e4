"""A small likeness of a file of predictions, by which files are compared without being read again.

Cells (an image and a label) and rows (images) are sampled by a secret seed of the competition. Of the cells the ranks
are kept, since a copy that is rescaled or has a little noise keeps them; of each row a hash. The ranks are also
projected on random directions: an inner product of two such sketches is close to the correlation of the ranks
(Johnson and Lindenstrauss), so that one product with all other sketches finds the few files worth a closer look.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring import Detections, Probabilities

CELLS = 4096
MOST_CELLS = 30_000
"""With many labels, so that ranks and cells fit into 16 bits."""
ROWS = 256
DIRECTIONS = 128
FEWEST_TO_COMPARE = 20
"""Rows, or boxes, on which a share is meaningful."""
COMMON_ROW = 0.05
"""A row that stands for more than this share of the sample says nothing of its own: no box, or one value everywhere."""
BOX = np.dtype([("cell", "<u2"), ("corners", "<f4", (4,))])


@dataclass(frozen=True)
class Sample:
    """What is compared: images in random order, the first of them for rows, and the directions of the sketch."""

    images: NDArray[np.intp]
    labels: int
    directions: NDArray[np.float32]
    """(cells, DIRECTIONS)"""
    factors: NDArray[np.uint64]
    """Odd numbers by which rows are hashed."""


@dataclass(frozen=True)
class Likeness:
    """What is kept of a file. `ranks`: twice the mean rank, (cells,); `rows`: 0 for what says nothing of its own."""

    sketch: NDArray[np.float16]
    rows: NDArray[np.uint16]
    ranks: NDArray[np.uint16]
    boxes: NDArray[np.void]


def cells_of(images: int, labels: int) -> int:
    """How many cells the sample for files with so many images and labels has."""
    return min(images, max(1, CELLS // labels, min(ROWS, MOST_CELLS // labels))) * labels


def rows_of(images: int, labels: int) -> int:
    """How many rows it has."""
    return min(ROWS, cells_of(images, labels) // labels)


def sample_of(seed: int, images: int, labels: int) -> Sample:
    """The sample for files with so many images and labels; the same for the same seed."""
    rng = np.random.default_rng(seed)
    drawn = rng.permutation(images)[: cells_of(images, labels) // labels]
    directions = rng.standard_normal((len(drawn) * labels, DIRECTIONS), dtype=np.float32)
    factors = rng.integers(0, 2**63, size=max(labels, 6), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    return Sample(drawn, labels, directions, factors)


def likeness_of(predictions: Detections | Probabilities, sample: Sample) -> Likeness:
    """The likeness of a file. Probabilities are ranked within their label, boxes by the best score of each cell."""
    if isinstance(predictions, Probabilities):
        block = predictions.values[sample.images]
        ranks = np.stack([mean_ranks(column) for column in block.T], axis=1)
        rows = _hash(block.view(np.uint64), sample.factors)[:ROWS]
        boxes = np.zeros(0, BOX)
    else:
        cells, boxes = _best_boxes(predictions, sample)
        ranks = mean_ranks(cells)[:, None]
        rows = _hashed_boxes(predictions, sample)[:ROWS]
    kept = np.round(2 * ranks).astype(np.uint16).ravel()
    return Likeness(_sketch(standardized(ranks), sample), _without_common(rows), kept, boxes)


def mean_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]


def standardized(ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    """(cells, columns) → a vector of length 1, by which an inner product is the mean correlation of the columns.

    A column of one value has no ranks and is left out; all zeros where no column is left.
    """
    centred = ranks - ranks.mean(axis=0)
    norms = np.sqrt((centred**2).sum(axis=0))
    varying = norms > 0
    centred[:, varying] /= norms[varying] * np.sqrt(max(1, varying.sum()))
    return centred.ravel()


def correlations(mine: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of one vector with each of (n, size) vectors; 0 where a vector is 0."""
    lengths = np.linalg.norm(others, axis=1) * np.linalg.norm(mine)
    products = others @ mine
    return np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)


def equal_rows(mine: NDArray[np.uint16], others: NDArray[np.uint16]) -> NDArray[np.float64]:
    """The share of equal rows with each of (n, rows) others, of those that say something in either; 0 where few do."""
    says = (others != 0) | (mine != 0)
    equal = (others == mine) & (mine != 0)
    telling = says.sum(axis=1)
    shares = np.zeros(len(others))
    return np.divide(equal.sum(axis=1), telling, out=shares, where=telling >= min(FEWEST_TO_COMPARE, len(mine)))


def equal_boxes(mine: NDArray[np.void], theirs: NDArray[np.void], overlap: float) -> float:
    """The share of cells with a box in either whose boxes in both overlap (IoU) so much; 0 where there are few."""
    both, at_mine, at_theirs = np.intersect1d(mine["cell"], theirs["cell"], return_indices=True)
    either = len(mine) + len(theirs) - len(both)
    if either < FEWEST_TO_COMPARE:
        return 0.0
    a, b = mine["corners"][at_mine].astype(float), theirs["corners"][at_theirs].astype(float)
    sides = np.clip(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0, None)
    common = sides.prod(axis=1)
    union = (a[:, 2:] - a[:, :2]).prod(axis=1) + (b[:, 2:] - b[:, :2]).prod(axis=1) - common
    return float((common > overlap * union).sum() / either)


def _sketch(vector: NDArray[np.float64], sample: Sample) -> NDArray[np.float16]:
    if not vector.any():
        return np.zeros(DIRECTIONS, np.float16)
    directions = sample.directions
    projected = vector.astype(np.float32) @ directions
    return (projected / np.linalg.norm(projected)).astype(np.float16)


def _hash(words: NDArray[np.uint64], factors: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """16 bits of each row of (n, columns) words; never 0."""
    mixed = (words ^ (words >> np.uint64(29))) * factors[: words.shape[1]]
    total = mixed.sum(axis=1, dtype=np.uint64)
    total ^= total >> np.uint64(32)
    return np.maximum(total * factors[0] >> np.uint64(48), 1).astype(np.uint16)


def _without_common(rows: NDArray[np.uint16]) -> NDArray[np.uint16]:
    found, counts = np.unique(rows, return_counts=True)
    common = found[counts > max(1, COMMON_ROW * len(rows))]
    return np.where(np.isin(rows, common), np.uint16(0), rows).astype(np.uint16)


def _best_boxes(detections: Detections, sample: Sample) -> tuple[NDArray[np.float64], NDArray[np.void]]:
    """The best score of each sampled cell (0 without a box), and the box that has it."""
    place = np.full(len(detections.image_ids), -1)
    place[sample.images] = np.arange(len(sample.images))
    sampled = np.flatnonzero(place[detections.image] >= 0)
    cell = place[detections.image[sampled]] * sample.labels + detections.label[sampled]
    cells, first = np.unique(cell, return_index=True)  # detections come by falling score
    best = sampled[first]
    scores = np.zeros(len(sample.images) * sample.labels)
    scores[cells] = detections.score[best]
    boxes = np.zeros(len(cells), BOX)
    boxes["cell"], boxes["corners"] = cells, detections.box[best]
    return scores, boxes


def _hashed_boxes(detections: Detections, sample: Sample) -> NDArray[np.uint16]:
    """A hash of all boxes of each sampled image, in whatever order they stand; 0 without a box."""
    values = np.column_stack([detections.label.astype(np.float64), detections.score, detections.box])
    words = np.ascontiguousarray(values).view(np.uint64)
    mixed = ((words ^ (words >> np.uint64(29))) * sample.factors[:6]).sum(axis=1, dtype=np.uint64)
    mixed ^= mixed >> np.uint64(32)
    sums = np.zeros(len(detections.image_ids), np.uint64)
    np.add.at(sums, detections.image, mixed * sample.factors[0])
    has_box = np.zeros(len(detections.image_ids), bool)
    has_box[detections.image] = True
    hashed = np.maximum(sums >> np.uint64(48), 1).astype(np.uint16)
    return np.where(has_box, hashed, np.uint16(0)).astype(np.uint16)[sample.images]
