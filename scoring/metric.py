"""Which protocol scores a track, at which overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

import numpy as np

Protocol = Literal["voc2010", "voc2007", "coco", "froc", "auroc"]

DEFAULT_IOU: Final = 0.4
PROTOCOLS_WITH_IOU: Final = ("voc2010", "voc2007")


@dataclass(frozen=True)
class Metric:
    """A protocol; `iou` is the overlap that a match must exceed, None where the protocol fixes it itself."""

    protocol: Protocol
    iou: float | None = None

    def __post_init__(self) -> None:
        if self.protocol not in get_args(Protocol):
            raise ValueError(f"{self.protocol!r} is not a metric: use voc2010@t, voc2007@t, coco, froc or auroc.")
        if self.protocol not in PROTOCOLS_WITH_IOU:
            if self.iou is not None:
                raise ValueError(f"{self.protocol} sets its overlap itself: leave the IoU out.")
        elif self.iou is None:
            object.__setattr__(self, "iou", DEFAULT_IOU)
        elif not 0 <= self.iou < 1:
            raise ValueError(f"The IoU must be at least 0 and below 1, not {self.iou!r}.")

    def __str__(self) -> str:
        return self.protocol if self.iou is None else f"{self.protocol}@{self.iou!r}"

    @property
    def track(self) -> Literal["detection", "classification"]:
        """The track whose predictions this metric can score."""
        return "classification" if self.protocol == "auroc" else "detection"

    @property
    def thresholds(self) -> tuple[float, ...]:
        """The overlaps at which detections are matched; none for classification."""
        if self.protocol == "auroc":
            return ()
        if self.protocol == "coco":
            # pycocotools' own expression: its values differ from k / 20 in the last bit.
            return tuple(np.linspace(0.5, 0.95, 10).tolist())
        return (DEFAULT_IOU if self.iou is None else self.iou,)


def parse_metric(text: str) -> Metric:
    """`voc2010@0.4`, `voc2010` (at 0.4), `coco`, `froc`, `auroc`. ValueError with a sentence for anything else."""
    protocol, at, overlap = text.partition("@")
    if protocol not in get_args(Protocol):
        raise ValueError(f"{text!r} is not a metric: use voc2010@t, voc2007@t, coco, froc or auroc.")
    named = cast(Protocol, protocol)
    if not at:
        return Metric(named)
    try:
        iou = float(overlap)
    except ValueError:
        raise ValueError(f"{overlap!r} in {text!r} is not a number: write the IoU as in voc2010@0.4.") from None
    return Metric(named, iou)


def threshold_key(iou: float) -> str:
    """The name of a threshold in JSON: two decimals, more only where two don't tell it."""
    short = f"{iou:.2f}"
    return short if abs(float(short) - iou) < 1e-12 else repr(iou)
