"""The card that holds all the numbers of one file of predictions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import Interval, Replicates
from scoring.curves import Curves
from scoring.metric import Metric


@dataclass(frozen=True)
class ClassScore:
    """One label: `positives` counts true boxes for detection and images for classification.

    `value` is None where it is undefined, `interval` where there is too little to tell. `thresholds` holds the value
    at each IoU, `rates` the sensitivity at each number of false positives per image (froc alone). `average_precision`
    stands beside an AUROC.
    """

    label: str
    positives: int
    positive_images: int
    value: float | None
    interval: Interval | None
    thresholds: dict[str, float | None] = field(default_factory=dict)
    rates: dict[str, float | None] = field(default_factory=dict)
    average_precision: float | None = None
    in_score: bool = True
    curve: Curves | None = None

    def as_json(self) -> dict[str, Any]:
        """As in the interface: at a single threshold the value says it already."""
        row: dict[str, Any] = {
            "label": self.label,
            "positives": self.positives,
            "value": self.value,
            "interval": None if self.interval is None else list(self.interval),
        }
        if len(self.thresholds) > 1:
            row["thresholds"] = self.thresholds
        if self.rates:
            row["rates"] = self.rates
        return row


@dataclass(frozen=True, eq=False)
class Scorecard:
    """All numbers of one file. `replicates` (B,) is None where no label that counts is defined.

    `class_replicates` (labels, B) are the values of each label on the same resamples, NaN where undefined.

    `approximate` says that the interval stands on labels which are missing in some resamples, or may be.
    `scored_classes` is the number of labels that the value runs over.
    """

    track: Literal["detection", "classification"]
    metric: Metric
    value: float | None
    interval: Interval | None
    approximate: bool
    replicates: Replicates | None
    resamples: int
    seed: int
    classes: tuple[ClassScore, ...]
    thresholds: dict[str, float | None]
    scored_classes: int
    class_replicates: NDArray[np.float32]
    rates: dict[str, float | None] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The numbers as in the interface, in full precision, without curves and replicates."""
        classes = [score.as_json() for score in self.classes]
        if self.track == "classification":
            for row, score in zip(classes, self.classes, strict=True):
                row["average_precision"] = score.average_precision
        card: dict[str, Any] = {
            "track": self.track,
            "metric": str(self.metric),
            "value": self.value,
            "interval": None if self.interval is None else list(self.interval),
            "replicates": self.resamples,
            "seed": self.seed,
            "classes": classes,
            "thresholds": self.thresholds,
            "scored_classes": self.scored_classes,
        }
        if self.approximate:
            card["approximate"] = True
        if self.rates:
            card["rates"] = self.rates
        return card

    def curves_as_json(self) -> dict[str, Curves]:
        """The curves of each label that has some."""
        return {score.label: score.curve for score in self.classes if score.curve is not None}
