"""The held score of a team: it moves only in steps, so that a board can't be used to probe the labels."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import numpy as np

from scoring.arrays import Floats, Replicates

LEAST_STEP: Final = Decimal("0.01")
STANDARD_ERRORS: Final = 1.96
SHOWN_UNIT: Final = Decimal("0.005")
DECIMALS_OF_A_SUM: Final = 12


def held(values: Sequence[float] | Floats, replicates: Replicates) -> list[int]:
    """Which of a team's submissions made a step, with their `values` (S,) and `replicates` (S, B) in order of receipt.

    The first makes one; a later one when its paired difference from the held one exceeds max(0.01, 1.96 × its bootstrap
    standard error). The last step is the held one, and the best.
    """
    steps: list[int] = []
    for place in range(len(values)):
        if not steps or _exceeds(values, replicates, place, steps[-1]):
            steps.append(place)
    return steps


def shown_value(value: float) -> float:
    """The value floored to 0.005, as it is written in decimals: 0.315 stays 0.315.

    What the last bits of a sum are short of does not cost a unit: a perfect file at 0.9999999999999999 is shown as 1.
    """
    return float(_decimal(round(float(value), DECIMALS_OF_A_SUM)) // SHOWN_UNIT * SHOWN_UNIT)


def _exceeds(values: Sequence[float] | Floats, replicates: Replicates, new: int, old: int) -> bool:
    difference = _decimal(values[new]) - _decimal(values[old])
    if difference <= LEAST_STEP:
        return False
    paired = replicates[new].astype(np.float64) - replicates[old].astype(np.float64)
    error = float(paired.std(ddof=1)) if len(paired) > 1 else 0.0
    return float(difference) > STANDARD_ERRORS * error


def _decimal(value: float) -> Decimal:
    """The shortest decimal that is read back as the value: 0.31 - 0.3 is exactly 0.01."""
    return Decimal(repr(float(value)))
