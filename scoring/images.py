"""The images that rows name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from scoring.columns import IMAGE_ID
from scoring.faults import Cells, Faults, shown, why_blanks
from scoring.known_names import NOT_FOUND, KnownNames
from scoring.manifest import Manifest
from scoring.octets import OctetColumn
from scoring.selection import alphabetical
from scoring.table import Batch

UNKNOWN = -1


class Images:
    """Numbers the images of a file's rows: by the manifest, or as they come where there is none."""

    def __init__(self, manifest: Manifest | None, faults: Faults, column: str = IMAGE_ID) -> None:
        self._manifest = manifest
        self._faults = faults
        self._column = column
        self._index: dict[str, int] = {} if manifest is None else manifest.index
        self._known = None if manifest is None else KnownNames(manifest.index)
        self._numbers: list[NDArray[np.int32]] = [np.empty(0, np.int32)]
        self._lines: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
        self._misshapen: set[int] = set()

    def take(self, batch: Batch, position: int) -> NDArray[np.int32]:
        """The number of each row's image, -1 with a fault for one that there isn't."""
        cells = batch.cells(position)
        if self._manifest is None:
            self._welcome(cells)
        image = self._find(cells.values)
        code, why = ("surrounding_blanks", why_blanks) if self._manifest is None else ("unknown_image", _why)
        self._faults.add_unknown(code, cells, image == UNKNOWN, why)
        self._numbers.append(image)
        self._lines.append(np.asarray(batch.lines, np.int64))
        self._misshapen.update(
            self._index.get(row[position], UNKNOWN) for _, row in batch.misshapen if len(row) > position
        )
        return image

    def _find(self, names: Sequence[str]) -> NDArray[np.int32]:
        if self._known is None or not isinstance(names, OctetColumn):
            return np.fromiter(map(self._index.get, names, repeat(UNKNOWN)), np.int32, len(names))
        image = self._known.find(names)
        missed = image == NOT_FOUND
        if missed.any():
            image[missed] = self._find(list(names.where(missed)))
        return image

    def report_repeated(self) -> None:
        """A fault for each row whose image was on an earlier row."""
        # A dict keeps the order in which it was filled, so that the names stand by number.
        image = np.concatenate(self._numbers)
        lines = np.concatenate(self._lines)[image != UNKNOWN]
        image = image[image != UNKNOWN]
        known, first, number = np.unique(image, return_index=True, return_inverse=True)
        if len(known) == len(image):
            return
        names = tuple(self._index)
        again = np.flatnonzero(first[number] != np.arange(len(image)))
        line_of = dict(zip((names[i] for i in known.tolist()), lines[first].tolist(), strict=True))
        self._faults.add_each(
            "duplicate_image",
            Cells(self._column, lines[again], [names[i] for i in image[again].tolist()]),
            np.arange(len(again)),
            lambda value: f"The image {shown(value)} is on line {line_of[value]} already; keep one row.",
        )

    def report_missing(self, what_to_write: str) -> None:
        """A fault for each image of the manifest that no row named, be the row as faulty as it may."""
        names = tuple(self._index)
        seen = np.zeros(len(names) + 1, dtype=np.bool_)
        seen[np.concatenate(self._numbers)] = True
        seen[list(self._misshapen)] = True
        self._faults.add_each(
            "missing_image",
            Cells(self._column, None, names),
            np.flatnonzero(~seen[: len(names)]),
            lambda value: f"The image {shown(value)} is missing; {what_to_write}.",
        )

    def in_order(self) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        """The ids in canonical order, and the position there of each number."""
        return alphabetical(tuple(self._index))

    def _welcome(self, cells: Cells) -> None:
        for image_id in cells.values:
            if image_id not in self._index and image_id and image_id == image_id.strip():
                self._index[image_id] = len(self._index)


def _why(value: str) -> str:
    if value != value.strip():
        return f"The image {shown(value)} has blanks around it; write the bare id."
    return f"The image {shown(value)} is not among the test images."
