"""Which labels count in a competition's score: one list, the same on both parts, fixed when the truth is loaded."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring import BoxTruth, LabelTruth

FEWEST_ON_PUBLIC_PART = 3


@dataclass(frozen=True)
class LabelCount:
    """How many images have a label, on the public part (or all) and on the private one."""

    label: str
    public: int
    private: int | None


def count_positives(truth: BoxTruth | LabelTruth, public: NDArray[np.bool_] | None) -> list[LabelCount]:
    """Count positive images per label. public: (images,) in the truth's order; None: there is one part only."""
    positive = truth.positive_images()
    if public is None:
        return [LabelCount(label, int(n), None) for label, n in zip(truth.labels, positive.sum(axis=0), strict=True)]
    on_public, on_private = positive[public].sum(axis=0), positive[~public].sum(axis=0)
    return [
        LabelCount(label, int(on_public[index]), int(on_private[index])) for index, label in enumerate(truth.labels)
    ]


def labels_that_count(
    truth: BoxTruth | LabelTruth,
    public: NDArray[np.bool_] | None,
    *,
    min_positives: int,
    not_in_score: tuple[str, ...],
) -> list[str]:
    """Those with enough positive images on each part (and, as an AUROC needs, a negative one), less the excluded."""
    images = len(truth.image_ids)
    on_public_part = images if public is None else int(public.sum())
    chosen = []
    for count in count_positives(truth, public):
        enough = count.public >= (min_positives if public is None else FEWEST_ON_PUBLIC_PART)
        if count.private is not None:
            enough = enough and count.private >= min_positives
            enough = enough and _has_negative(truth, count.private, images - on_public_part)
        enough = enough and _has_negative(truth, count.public, on_public_part)
        if enough and count.label not in not_in_score:
            chosen.append(count.label)
    return chosen


def _has_negative(truth: BoxTruth | LabelTruth, positives: int, images: int) -> bool:
    return isinstance(truth, BoxTruth) or positives < images
