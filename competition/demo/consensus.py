"""The made-up test set: images, and what five radiologists would have agreed on.

The labels follow the rules of the dataset's labelling tool: every image has a global label, `No finding`
stands alone, and an image has a local label exactly when it has a box of that class.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from competition.demo.findings import GLOBAL_SHARES, LOCAL_SHARES, draw_boxes, draw_number_of_boxes
from competition.demo.numbers import SEED, as_csv
from scoring import ALL, GLOBAL, LOCAL

IMAGES = 3000
TYPICAL_HEIGHT, TYPICAL_WIDTH = 2788, 2446
"""Rows and columns: radiographs of the chest are taller than wide."""
SIZE_SPREAD = 0.07
TOGETHER = 0.5
"""Correlation of the local findings of an image: the ill often have several."""

_NO_FINDING = GLOBAL.index("No finding")
_OTHER = GLOBAL.index("Other diseases")
_NAMED = [index for index, label in enumerate(GLOBAL) if label not in ("No finding", "Other diseases")]


@dataclass(frozen=True)
class Consensus:
    """n images in the order of their ids, and m boxes."""

    image_ids: tuple[str, ...]
    size: NDArray[np.float64]
    """(n, 2): width and height in pixels."""
    global_labels: NDArray[np.bool_]
    """(n, 6), in the order of GLOBAL."""
    image: NDArray[np.int64]
    """(m,): the image of each box."""
    label: NDArray[np.int64]
    """(m,): its class, a position in LOCAL."""
    box: NDArray[np.float64]
    """(m, 4): x_min, y_min, x_max, y_max in pixels."""

    @property
    def local_labels(self) -> NDArray[np.bool_]:
        """(n, 22), in the order of LOCAL."""
        found = np.zeros((len(self.image_ids), len(LOCAL)), dtype=np.bool_)
        found[self.image, self.label] = True
        return found

    def manifest_csv(self) -> bytes:
        """The public list of images."""
        rows = zip(self.image_ids, self.size.astype(int).tolist(), strict=True)
        return as_csv("image_id,width,height", [f"{image},{width},{height}" for image, (width, height) in rows])

    def annotations_csv(self) -> bytes:
        """The boxes in the form of VinDr-CXR's test files, and a row for each image without a finding."""
        rows = [
            f"{self.image_ids[image]},{LOCAL[label]},{','.join(map(str, box))}"
            for image, label, box in zip(self.image.tolist(), self.label.tolist(), self.box.tolist(), strict=True)
        ]
        nothing = np.flatnonzero(self.global_labels[:, _NO_FINDING]).tolist()
        rows += [f"{self.image_ids[image]},No finding,,,," for image in nothing]
        return as_csv("image_id,class_name,x_min,y_min,x_max,y_max", rows)

    def image_labels_csv(self) -> bytes:
        """All 28 labels of each image as 0 and 1, in the form of VinDr-CXR's test files."""
        values = np.concatenate([self.local_labels, self.global_labels], axis=1).astype(int).tolist()
        rows = [f"{image},{','.join(map(str, row))}" for image, row in zip(self.image_ids, values, strict=True)]
        return as_csv(f"image_id,{','.join(ALL)}", rows)


def draw_consensus(seed: int = SEED, images: int = IMAGES) -> Consensus:
    """Draw the test set; the same for the same seed."""
    rng = np.random.Generator(np.random.PCG64(seed))
    image_ids = tuple(sorted(rng.bytes(16).hex() for _ in range(images)))
    size = _draw_sizes(rng, images)
    global_labels = _draw_global(rng, images)
    ill = ~global_labels[:, _NO_FINDING]
    image, label = np.nonzero(_draw_local(rng, ill))
    repeats = draw_number_of_boxes(rng, label)
    image, label = np.repeat(image, repeats), np.repeat(label, repeats)
    return Consensus(image_ids, size, global_labels, image, label, draw_boxes(rng, label, size[image]))


def _draw_sizes(rng: np.random.Generator, images: int) -> NDArray[np.float64]:
    typical = np.array([TYPICAL_WIDTH, TYPICAL_HEIGHT])
    return np.round(typical * np.exp(SIZE_SPREAD * rng.normal(size=(images, 2))))


def _draw_global(rng: np.random.Generator, images: int) -> NDArray[np.bool_]:
    """`Other diseases` is what remains when no disease is named; it also comes with a named one, as often as
    makes it as common as it is.
    """
    labels = np.zeros((images, len(GLOBAL)), dtype=np.bool_)
    ill = rng.random(images) >= GLOBAL_SHARES[_NO_FINDING]
    share_of_ill = GLOBAL_SHARES / (1 - GLOBAL_SHARES[_NO_FINDING])
    labels[:, _NAMED] = ill[:, None] & (rng.random((images, len(_NAMED))) < share_of_ill[_NAMED])
    unnamed = np.prod(1 - share_of_ill[_NAMED])
    added = rng.random(images) < (share_of_ill[_OTHER] - unnamed) / (1 - unnamed)
    labels[:, _OTHER] = ill & (~labels.any(axis=1) | added)
    labels[:, _NO_FINDING] = ~ill
    return labels


def _draw_local(rng: np.random.Generator, ill: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A Gaussian copula: each label is as common as it is, and they come together."""
    share_of_ill = LOCAL_SHARES / (1 - GLOBAL_SHARES[_NO_FINDING])
    thresholds = np.array([NormalDist().inv_cdf(1 - share) for share in share_of_ill])
    shared = rng.normal(size=(len(ill), 1))
    own = rng.normal(size=(len(ill), len(LOCAL)))
    return ill[:, None] & (np.sqrt(TOGETHER) * shared + np.sqrt(1 - TOGETHER) * own > thresholds)
