"""Reading and writing ground truth."""

from __future__ import annotations

from scoring.box_truth import BoxTruth
from scoring.label_truth import LabelTruth

__all__ = ["BoxTruth", "LabelTruth"]
