"""The public list of test images."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.selection import numbered


@dataclass(frozen=True, eq=False)
class Manifest:
    """The images in canonical order (ids by UTF-8 bytes) with their sizes in pixels, NaN where unknown.

    `widths` and `heights` are None where the list has no sizes at all.
    """

    image_ids: tuple[str, ...]
    widths: NDArray[np.float64] | None = None
    heights: NDArray[np.float64] | None = None

    @cached_property
    def index(self) -> dict[str, int]:
        """The position of each image id."""
        return numbered(self.image_ids)
