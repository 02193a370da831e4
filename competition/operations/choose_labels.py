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
    reasons = why_not_counting(truth, public, min_positives=min_positives, not_in_score=not_in_score)
    return [label for label in truth.labels if label not in reasons]


def why_not_counting(
    truth: BoxTruth | LabelTruth,
    public: NDArray[np.bool_] | None,
    *,
    min_positives: int,
    not_in_score: tuple[str, ...],
) -> dict[str, str]:
    """The labels that don't count, each with the reason in a few words."""
    images = len(truth.image_ids)
    on_public_part = images if public is None else int(public.sum())
    reasons = {}
    for count in count_positives(truth, public):
        parts = [("public part", count.public, on_public_part, FEWEST_ON_PUBLIC_PART)]
        if count.private is None:
            parts = [("images", count.public, images, min_positives)]
        else:
            parts.append(("private part", count.private, images - on_public_part, min_positives))
        faults = [_what_lacks(truth, *part) for part in parts]
        if count.label in not_in_score:
            faults = ["listed in not_in_score"]
        if any(faults):
            reasons[count.label] = next(fault for fault in faults if fault)
    return reasons


def _what_lacks(truth: BoxTruth | LabelTruth, part: str, positives: int, images: int, fewest: int) -> str:
    where = "" if part == "images" else f" on the {part}"
    if positives < fewest:
        return f"{positives} of at least {fewest} positive images{where}"
    if isinstance(truth, LabelTruth) and positives == images:
        return f"no negative image{where}"
    return ""
