"""What is known of the radiologists behind a consensus: who read at which stage, and what the first readers marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.columns import IMAGE_ID, label_spelling, place_columns
from scoring.faults import Cells, Faults, shown
from scoring.images import UNKNOWN, Images
from scoring.label_truth import read_bits
from scoring.manifest import Manifest
from scoring.table import Table

FIRST_READERS, REVIEWERS = 3, 2
_STAGE, _READER = "stage", "rad_id"


@dataclass(frozen=True, eq=False)
class Readings:
    """n readings: the position of each one's image in the manifest, its reader, and (n, labels) what was marked."""

    image: NDArray[np.int32]
    reader: tuple[str, ...]
    labels: tuple[str, ...]
    values: NDArray[np.bool_]


def check_stages(data: bytes, *, manifest: Manifest) -> int:
    """Check a file `image_id,stage,rad_id` against the two-stage rule, and count the persons in it.

    Each image has three first readers (stage 1) and two reviewers (stage 2), all of them different persons: arXiv
    2012.15029 has three radiologists read independently and two more experienced ones settle the consensus.
    FaultyFile with all faults.
    """
    faults = Faults()
    table = Table(data, faults)
    place = place_columns(table.header, (IMAGE_ID, _STAGE, _READER), faults)
    images = Images(manifest, faults)
    readers: dict[int, dict[str, list[str]]] = defaultdict(lambda: {"1": [], "2": []})
    for batch in table.batches():
        image = images.take(batch, place[IMAGE_ID])
        stages, names = batch.cells(place[_STAGE]), batch.cells(place[_READER])
        strange = np.array([stage not in ("1", "2") for stage in stages.values], dtype=np.bool_)
        faults.add_unknown("bad_stage", stages, strange, lambda value: f"{shown(value)} is neither 1 nor 2.")
        _check_names(names, faults)
        for number, stage, name in zip(image.tolist(), stages.values, names.values, strict=True):
            if number != UNKNOWN and stage in ("1", "2"):
                readers[number][stage].append(name)
    images.report_missing(f"it has {FIRST_READERS} rows of stage 1 and {REVIEWERS} of stage 2")
    for number, of_image in sorted(readers.items()):
        _check_image(manifest.image_ids[number], of_image["1"], of_image["2"], faults)
    faults.raise_any()
    return len({name for of_image in readers.values() for stage in of_image.values() for name in stage})


def read_readings(data: bytes, *, labels: Sequence[str], manifest: Manifest) -> Readings:
    """The marks of the first readers, `image_id,rad_id` and one 0/1 column per label, as in the released training file.

    Each image has three rows, of three readers. Other columns are ignored. FaultyFile with all faults.
    """
    faults = Faults()
    table = Table(data, faults)
    spelled = label_spelling(labels)
    place = place_columns(
        table.header,
        (IMAGE_ID, _READER, *labels),
        faults,
        spelling=lambda name: _READER if name.lower() == _READER else spelled(name),
        ignoring=lambda name: True,
    )
    images = Images(manifest, faults)
    image: list[NDArray[np.int32]] = [np.empty(0, np.int32)]
    reader: list[str] = []
    bits: list[NDArray[np.int8]] = [np.empty((0, len(labels)), np.int8)]
    for batch in table.batches():
        image.append(images.take(batch, place[IMAGE_ID]))
        names = batch.cells(place[_READER])
        _check_names(names, faults)
        reader += names.values
        bits.append(np.column_stack([read_bits(batch.cells(place[label]), faults) for label in labels]))
    images.report_missing(f"it has {FIRST_READERS} rows")
    numbers = np.concatenate(image)
    _check_three(numbers, reader, manifest, faults)
    faults.raise_any()
    return Readings(numbers, tuple(reader), tuple(labels), np.concatenate(bits) == 1)


def _check_names(names: Cells, faults: Faults) -> None:
    nameless = np.array([not name.strip() for name in names.values], dtype=np.bool_)
    faults.add_unknown("empty_cell", names, nameless, lambda value: "The reader is blank; name it.")


def _check_image(image_id: str, first: list[str], reviewers: list[str], faults: Faults) -> None:
    for code, found, wanted, what in (
        ("first_readers", first, FIRST_READERS, "first readers"),
        ("reviewers", reviewers, REVIEWERS, "reviewers"),
    ):
        if len(found) != wanted or len(set(found)) != wanted:
            there = f"{len(set(found))} {what} in {len(found)} rows"
            detail = f"The image {shown(image_id)} has {there}, and must have {wanted}."
            faults.add(code, None, _READER, image_id, detail)
    if set(first) & set(reviewers):
        detail = f"A first reader of the image {shown(image_id)} reviews it too; reviewers are other persons."
        faults.add("reader_of_both_stages", None, _READER, image_id, detail)


def _check_three(image: NDArray[np.int32], reader: list[str], manifest: Manifest, faults: Faults) -> None:
    of_image: dict[int, list[str]] = defaultdict(list)
    for number, name in zip(image.tolist(), reader, strict=True):
        of_image[number].append(name)
    for number, names in sorted(of_image.items()):
        if number != UNKNOWN and (len(names), len(set(names))) != (FIRST_READERS, FIRST_READERS):
            image_id = manifest.image_ids[number]
            detail = f"The image {shown(image_id)} has {len(set(names))} readers in {len(names)} rows, and must have 3."
            faults.add("first_readers", None, _READER, image_id, detail)
