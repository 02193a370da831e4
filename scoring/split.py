"""The secret division of the test images into a public and a private part: by group, stratified per label, seeded."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def draw_split(
    positive: NDArray[np.bool_], groups: Sequence[str] | None, *, public_share: float, seed: int
) -> NDArray[np.bool_]:
    """Draw the public part.

    Iterative stratification (Sechidis, Tsoumakas and Vlahavas, 2011) with groups as the units: labels are served
    from the rarest to the commonest, and each group goes where its label is most lacking.

    positive: (images, labels), which labels each image has. groups: one name per image; None: each image is its own.
    public_share: between 0 and 1. Returns (images,), True where an image is public. The draw depends on nothing else.
    """
    images = len(positive)
    names = [str(image) for image in range(images)] if groups is None else list(groups)
    _, unit = np.unique(np.asarray(names), return_inverse=True)
    units = int(unit.max()) + 1
    counts = np.zeros((units, positive.shape[1] + 1), dtype=np.int64)
    np.add.at(counts[:, :-1], unit, positive.astype(np.int64))
    np.add.at(counts[:, -1], unit, 1)
    order = np.random.Generator(np.random.PCG64(seed)).permutation(units)
    public: NDArray[np.bool_] = _serve(counts[order], public_share)[np.argsort(order)][unit]
    return public


def _serve(counts: NDArray[np.int64], public_share: float) -> NDArray[np.bool_]:
    """counts: (units, labels and, last, images) in drawing order. Returns (units,), True where public."""
    shares = np.array([public_share, 1 - public_share])
    wanted = shares[:, None] * counts.sum(axis=0)[None, :]
    part = np.full(len(counts), -1)
    while (part < 0).any():
        free = np.flatnonzero(part < 0)
        left = counts[free].sum(axis=0)
        left[left == 0] = np.iinfo(np.int64).max
        label = int(left.argmin())
        for index in free[counts[free, label] > 0]:
            part[index] = _neediest(wanted, label)
            wanted[part[index]] -= counts[index]
    public: NDArray[np.bool_] = part == 0
    return public


def _neediest(wanted: NDArray[np.float64], label: int) -> int:
    """The part that lacks most of the label; at a tie the one that lacks most images, then the public one."""
    need = wanted[:, label]
    if need[0] != need[1]:
        return int(need[1] > need[0])
    return int(wanted[1, -1] > wanted[0, -1])
