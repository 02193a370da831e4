"""Keeping some of the images or labels, and numbering them anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def numbered(names: Sequence[str]) -> dict[str, int]:
    """The position of each name."""
    return {name: position for position, name in enumerate(names)}


def positions_of(wanted: Sequence[str], names: Sequence[str]) -> NDArray[np.intp]:
    """Where in `names` each of `wanted` stands; KeyError with the first that doesn't."""
    position = numbered(names)
    return np.array([position[name] for name in wanted], dtype=np.intp)


def renumbering(names: Sequence[str], kept: Sequence[str]) -> NDArray[np.int32]:
    """For each of `names` its position in `kept`, -1 where it isn't kept."""
    position = numbered(kept)
    return np.array([position.get(name, -1) for name in names], dtype=np.int32)


def canonical_subset(wanted: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """`wanted` in canonical order, each once; KeyError with one that isn't among `names`.

    Python orders strings by code point, which is the order of their UTF-8 bytes.
    """
    subset = set(wanted)
    unknown = subset.difference(names)
    if unknown:
        raise KeyError(min(unknown))
    return tuple(sorted(subset))


def alphabetical(names: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """The names in the order of their UTF-8 bytes, and for each of `names` its position there."""
    # Python orders strings by code point, which is the order of their UTF-8 bytes.
    order = sorted(range(len(names)), key=names.__getitem__)
    position = np.empty(len(names), dtype=np.int32)
    position[order] = np.arange(len(names), dtype=np.int32)
    return tuple(names[i] for i in order), position
