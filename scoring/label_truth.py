"""The ground truth of classification: which label each image has."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.columns import IMAGE_ID, label_spelling, labels_in_header, place_columns
from scoring.faults import Cells, Faults, shown
from scoring.images import Images
from scoring.known_names import NOT_FOUND, KnownNames
from scoring.manifest import Manifest
from scoring.octets import OctetColumn, chosen
from scoring.one_reader import OneReader, reader_columns
from scoring.selection import canonical_subset, positions_of
from scoring.table import Table

_BITS = {"0": 0, "1": 1}
_KNOWN_BITS = KnownNames(_BITS)


@dataclass(frozen=True, eq=False)
class LabelTruth:
    """`values[i, j]` says whether `image_ids[i]` has `labels[j]`; the images in canonical order."""

    image_ids: tuple[str, ...]
    labels: tuple[str, ...]
    values: NDArray[np.bool_]

    def restricted_to(self, image_ids: Sequence[str]) -> LabelTruth:
        """The truth of these images only; KeyError with an image that isn't known."""
        kept = canonical_subset(image_ids, self.image_ids)
        return LabelTruth(kept, self.labels, self.values[positions_of(kept, self.image_ids)])

    def positive_images(self) -> NDArray[np.bool_]:
        """Whether image i has label j, shape (images, labels)."""
        return self.values


def read_label_truth(
    data: bytes, *, labels: Sequence[str] | None = None, manifest: Manifest | None = None
) -> LabelTruth:
    """The labels of an `image_labels` file, `image_id` and one column of 0 and 1 per label, each image once.

    Other columns are ignored. With labels None every column is one; with manifest None the images are those
    found. FaultyFile with all faults of the file.
    """
    faults = Faults()
    table = Table(data, faults)
    reader = OneReader(table.header, faults)
    place = _place_labels(table.header, labels, faults)
    images = Images(manifest, faults)
    numbers: list[NDArray[np.int32]] = [np.empty(0, np.int32)]
    bits: list[NDArray[np.int8]] = [np.empty((0, len(place) - 1), np.int8)]
    for batch in table.batches():
        reader.check(batch)
        numbers.append(images.take(batch, place[IMAGE_ID]))
        columns = [read_bits(batch.cells(place[label]), faults) for label in place if label != IMAGE_ID]
        bits.append(np.column_stack(columns))
    images.report_repeated()
    if manifest is not None:
        images.report_missing("every image has one row")
    faults.raise_any()

    image_ids, position = images.in_order()
    values = np.empty((len(image_ids), len(place) - 1), dtype=np.bool_)
    values[position[np.concatenate(numbers)]] = np.concatenate(bits) == 1
    return LabelTruth(image_ids, tuple(label for label in place if label != IMAGE_ID), values)


def write_label_truth(truth: LabelTruth) -> bytes:
    """The truth as an `image_labels` file in canonical order; read with the same labels it is the same again."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((IMAGE_ID, *truth.labels))
    rows = zip(truth.image_ids, truth.values.astype(int).tolist(), strict=True)
    writer.writerows((image_id, *row) for image_id, row in rows)
    return text.getvalue().encode()


def _place_labels(header: Sequence[str], labels: Sequence[str] | None, faults: Faults) -> dict[str, int]:
    """Where the image id and each label stand, in the order of the labels."""
    readers = reader_columns(header)
    wanted = labels_in_header(header, ignored=readers) if labels is None else labels
    if not wanted:
        faults.add("missing_column", 1, None, None, "There is no column of a label beside the image id.")
    return place_columns(
        header,
        (IMAGE_ID, *wanted),
        faults,
        spelling=label_spelling(wanted),
        ignoring=lambda name: labels is not None or name in readers,
    )


def read_bits(cells: Cells, faults: Faults) -> NDArray[np.int8]:
    """The cells as 0 and 1; anything else is a fault."""
    bits = np.full(len(cells.values), NOT_FOUND, np.int8)
    if isinstance(cells.values, OctetColumn):
        bits = _KNOWN_BITS.find(cells.values).astype(np.int8)
    missed = bits == NOT_FOUND
    if missed.any():
        bits[missed] = [_BITS.get(value, NOT_FOUND) for value in chosen(cells.values, missed)]
    faults.add_unknown("not_binary", cells, bits == NOT_FOUND, _why_not_binary)
    return bits


def _why_not_binary(value: str) -> str:
    return f"{shown(value)} is neither 0 nor 1."
