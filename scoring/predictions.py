"""Reading prediction files: detections in their own form or Kaggle's, and probabilities."""

from __future__ import annotations

from scoring.detections import Detections
from scoring.limits import NO_LIMITS, SERVER_LIMITS, Limits
from scoring.probabilities import Probabilities

__all__ = ["NO_LIMITS", "SERVER_LIMITS", "Detections", "Limits", "Probabilities"]
