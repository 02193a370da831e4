"""Do the files of one team form a series that asks for the labels, rather than a model that gets better?

Two signs. A model that is trained again changes every value a little; a file that is made from an earlier one to ask a
question changes some rows, or some columns, and leaves the others as they are, to the bit. And a team without a model
has no better file than chance on the images whose scores it is not shown, however often it asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from competition.models import TrackKind
from competition.sandbox.likeness import Likeness, equal_rows

EQUAL = 0.2
"""Share of the rows, or of the columns, that are equal to the bit."""
FILES = 3
"""In so many earlier files, beside the one that is looked over."""
LATEST = 20
"""How many of the team's earlier files are compared."""
CHANCE = {TrackKind.CLASSIFICATION: (0.45, 0.55), TrackKind.DETECTION: (0.0, 0.005)}
"""Scores that need no model: mean AUROC, mean AP."""
FILES_AT_CHANCE = 5


@dataclass(frozen=True)
class Alike:
    """In how many earlier files enough is equal, and the greatest share of it."""

    files: int
    share: float


def alike(mine: Likeness, earlier: Sequence[Likeness], *, columns: int) -> Alike:
    """How many of a team's earlier files share rows, or columns, with this one. columns: labels; 1 for boxes."""
    if not earlier:
        return Alike(0, 0.0)
    shares = equal_rows(mine.rows, np.stack([other.rows for other in earlier]))
    if columns > 1:
        of_columns = [equal_columns(mine, other, columns) for other in earlier]
        shares = np.maximum(shares, of_columns)
    equal = shares >= EQUAL
    return Alike(int(equal.sum()), float(shares.max()))


def equal_columns(mine: Likeness, other: Likeness, columns: int) -> float:
    """The share of columns with the same ranks in all sampled cells, of those that vary in either; 0 where few do."""
    a, b = mine.ranks.reshape(-1, columns), other.ranks.reshape(-1, columns)
    varying = (np.ptp(a, axis=0) > 0) | (np.ptp(b, axis=0) > 0)
    if varying.sum() < 2:
        return 0.0
    return float((a == b).all(axis=0)[varying].mean())


def files_at_chance(kind: str, values: Sequence[float]) -> int:
    """How many scores of a team's files need no model."""
    low, high = CHANCE[TrackKind(kind)]
    return sum(low <= value <= high for value in values)
