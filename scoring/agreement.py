"""How the first readers agree with the consensus: Cohen's kappa, sensitivity and specificity of each label.

Optimistic, and to be labelled so: the consensus was formed from these very readings. A reader says yes or no, so that
he is one point in the plane of a ROC curve and has no AUROC.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.label_truth import LabelTruth
from scoring.readers import Readings

OPTIMISTIC = "optimistic: the consensus was formed from these readings; a reader is a point, and has no AUROC"


@dataclass(frozen=True)
class Agreement:
    """Of some readings of a label with the consensus; None where a number isn't defined.

    `positives` of the readings are of images that have the label by consensus.
    """

    readings: int
    positives: int
    kappa: float | None
    sensitivity: float | None
    specificity: float | None


@dataclass(frozen=True)
class LabelAgreement:
    """Of one label: all readings together, and each reader by name."""

    label: str
    all: Agreement
    readers: dict[str, Agreement]


def agreements(readings: Readings, consensus: LabelTruth) -> tuple[LabelAgreement, ...]:
    """One for each label of the readings; the consensus is of the same images and has these labels."""
    truth = consensus.values[readings.image]
    names = np.array(readings.reader)
    found = []
    for column, label in enumerate(readings.labels):
        said, true = readings.values[:, column], truth[:, consensus.labels.index(label)]
        of_readers = {
            name: agreement(said[names == name], true[names == name]) for name in sorted(set(readings.reader))
        }
        found.append(LabelAgreement(label, agreement(said, true), of_readers))
    return tuple(found)


def agreement(said: NDArray[np.bool_], true: NDArray[np.bool_]) -> Agreement:
    """Compare n readings, both of shape (n,)."""
    positives, negatives = int(true.sum()), int((~true).sum())
    return Agreement(
        readings=len(true),
        positives=positives,
        kappa=cohens_kappa(said, true),
        sensitivity=float((said & true).sum() / positives) if positives else None,
        specificity=float((~said & ~true).sum() / negatives) if negatives else None,
    )


def cohens_kappa(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float | None:
    """Cohen (1960): the agreement beyond chance. None where chance alone agrees always, or there is nothing."""
    n = len(a)
    if not n:
        return None
    # In whole numbers, so that chance is never nearly one.
    chance = int(a.sum()) * int(b.sum()) + int((~a).sum()) * int((~b).sum())
    if chance == n * n:
        return None
    return (n * int((a == b).sum()) - chance) / (n * n - chance)
