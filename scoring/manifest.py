"""The public list of test images."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.columns import IMAGE_ID, place_columns
from scoring.decimals import LARGEST_COORDINATE, read_numbers
from scoring.faults import Cells, Faults, shown, why_blanks
from scoring.octets import are_empty
from scoring.selection import alphabetical, numbered
from scoring.table import Batch, Table

_SIZES = ("width", "height")


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


def read_manifest(data: bytes) -> Manifest:
    """The manifest in a CSV file, `image_id[,width,height]`; sizes may be empty. FaultyFile with all its faults."""
    faults = Faults()
    table = Table(data, faults)
    sized = len(table.header) > 1
    place = place_columns(table.header, (IMAGE_ID, *_SIZES) if sized else (IMAGE_ID,), faults)
    line_of: dict[str, int] = {}
    sizes: list[NDArray[np.float64]] = [np.empty((0, 2))]
    for batch in table.batches():
        _take_ids(batch.cells(place[IMAGE_ID]), line_of, faults)
        if sized:
            pair = [_read_size(batch, place[column], faults) for column in _SIZES]
            sizes.append(np.column_stack(pair))
    faults.raise_any()

    image_ids, position = alphabetical(list(line_of))
    if not sized:
        return Manifest(image_ids)
    ordered = np.empty((len(image_ids), 2))
    ordered[position] = np.concatenate(sizes)
    return Manifest(image_ids, ordered[:, 0].copy(), ordered[:, 1].copy())


def write_manifest(manifest: Manifest) -> bytes:
    """The manifest as CSV, to be read again; an unknown size is empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    if manifest.widths is None or manifest.heights is None:
        writer.writerows([(IMAGE_ID,), *((image_id,) for image_id in manifest.image_ids)])
    else:
        sizes = (map(_size_text, side.tolist()) for side in (manifest.widths, manifest.heights))
        writer.writerows([(IMAGE_ID, *_SIZES), *zip(manifest.image_ids, *sizes, strict=True)])
    return text.getvalue().encode()


def _take_ids(cells: Cells, line_of: dict[str, int], faults: Faults) -> None:
    assert cells.lines is not None
    unfit = np.array([not value or value != value.strip() for value in cells.values], dtype=np.bool_)
    faults.add_unknown("surrounding_blanks", cells, unfit, why_blanks)
    again = []
    for i, image_id in enumerate(cells.values):
        if line_of.setdefault(image_id, int(cells.lines[i])) != cells.lines[i]:
            again.append(i)
    faults.add_each(
        "duplicate_image",
        cells,
        np.array(again, np.intp),
        lambda value: f"The image {shown(value)} is on line {line_of[value]} already; keep one row.",
    )


def _read_size(batch: Batch, position: int, faults: Faults) -> NDArray[np.float64]:
    """The sizes in a column, at least one pixel each, NaN where empty."""
    given = ~are_empty(batch.columns[position])
    sizes = np.full(len(given), np.nan)
    sizes[given] = read_numbers(batch.where(given).cells(position), 1.0, LARGEST_COORDINATE, faults)
    return sizes


def _size_text(size: float) -> str:
    if np.isnan(size):
        return ""
    return str(int(size)) if size.is_integer() else repr(size)
