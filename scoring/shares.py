"""Shares in two bytes each: the replicates of single labels, of which there are many and no digit is shown twice."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import Floats

STEPS: Final = 65534
_UNDEFINED: Final = 65535


def pack_shares(values: NDArray[np.floating]) -> bytes:
    """Values from 0 to 1, to 1/65534, in C order, little-endian; NaN is kept as such."""
    steps = np.where(np.isnan(values), _UNDEFINED, np.rint(np.clip(values, 0, 1) * STEPS))
    return steps.astype("<u2").tobytes()


def unpack_shares(packed: bytes, rows: int) -> Floats:
    """The values (rows, columns) that `pack_shares` was given, each off by 1/131068 at most.

    ValueError where they are no rows of one length.
    """
    steps = np.frombuffer(packed, dtype="<u2").reshape(rows, -1)
    values = steps / STEPS
    values[steps == _UNDEFINED] = np.nan
    return values
