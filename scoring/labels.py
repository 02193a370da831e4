"""The names of findings: VinDr-CXR's 28 in their spellings, any others to the letter."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import lru_cache

LOCAL = (
    "Aortic enlargement",
    "Atelectasis",
    "Cardiomegaly",
    "Calcification",
    "Clavicle fracture",
    "Consolidation",
    "Edema",
    "Emphysema",
    "Enlarged PA",
    "ILD",
    "Infiltration",
    "Lung cavity",
    "Lung cyst",
    "Lung Opacity",
    "Mediastinal shift",
    "Nodule/Mass",
    "Pulmonary fibrosis",
    "Pneumothorax",
    "Pleural thickening",
    "Pleural effusion",
    "Rib fracture",
    "Other lesion",
)
"""Labels 1 to 22 of arXiv 2012.15029, in the paper's order and the released files' spelling: marked by a box."""

GLOBAL = ("Lung tumor", "Pneumonia", "Tuberculosis", "Other diseases", "COPD", "No finding")
"""Labels 23 to 28: an impression of the whole image."""

ALL = LOCAL + GLOBAL
GROUPS = {"local": LOCAL, "global": GLOBAL, "all": ALL}
NO_FINDING = "No finding"

KAGGLE = (
    "Aortic enlargement",
    "Atelectasis",
    "Calcification",
    "Cardiomegaly",
    "Consolidation",
    "ILD",
    "Infiltration",
    "Lung Opacity",
    "Nodule/Mass",
    "Other lesion",
    "Pleural effusion",
    "Pleural thickening",
    "Pneumothorax",
    "Pulmonary fibrosis",
    "No finding",
)
"""Class ids 0 to 14 of the VinBigData Chest X-ray Abnormalities Detection challenge."""

_ALIASES = {
    "other disease": "Other diseases",
    "interstitial lung disease": "ILD",
    "interstitial lung disease (ild)": "ILD",
    "chronic obstructive pulmonary disease": "COPD",
    "chronic obstructive pulmonary disease (copd)": "COPD",
}
_CANONICAL = {label.lower(): label for label in ALL} | _ALIASES


def canonical(name: str) -> str:
    """The released files' spelling of one of VinDr-CXR's labels; any other name as it is.

    Only ASCII is case-folded: a long s or a Kelvin sign that folds to s or k is another letter.
    """
    return _CANONICAL.get(name.lower(), name) if name.isascii() else name


def resolve(name: str, labels: Sequence[str]) -> str | None:
    """The one of `labels`, in its own spelling, that `name` means; None if it means none of them."""
    return _spellings(tuple(labels)).get(canonical(name))


def parse_labels(line: str) -> tuple[str, ...]:
    """The labels in one CSV line, or a group of VinDr-CXR's by its name; ValueError with a sentence."""
    if line in GROUPS:
        return GROUPS[line]
    try:
        rows = list(csv.reader([line], strict=True))
    except csv.Error as error:
        raise ValueError(f"The labels are not one CSV line: {error}.") from error
    return checked_labels(rows[0] if rows else [])


def checked_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """The labels as they are; ValueError with a sentence if one is empty, has blanks around it or comes twice."""
    if not labels:
        raise ValueError("Give at least one label.")
    seen: dict[str, str] = {}
    for label in labels:
        if not label or label != label.strip():
            raise ValueError(f"The label {label!r} is empty or has blanks around it.")
        if canonical(label) in seen:
            raise ValueError(f"The labels {seen[canonical(label)]!r} and {label!r} are the same.")
        seen[canonical(label)] = label
    return tuple(labels)


@lru_cache(maxsize=64)
def _spellings(labels: tuple[str, ...]) -> dict[str, str]:
    return {canonical(label): label for label in labels}
