"""How the made-up numbers are drawn and written."""

import numpy as np
from numpy.typing import NDArray

SEED = 2012_15035
"""Everything in the demo follows from it: the made-up labels are no secret."""


def generator(*seed: int) -> np.random.Generator:
    """A stream of random numbers of its own for each seed."""
    return np.random.Generator(np.random.PCG64((SEED, *seed)))


def as_share(evidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Any number as one between 0 and 1, by the logistic function."""
    return 1 / (1 + np.exp(-evidence))


def as_csv(header: str, rows: list[str]) -> bytes:
    """Lines that end in LF."""
    return "\n".join([header, *rows, ""]).encode()
