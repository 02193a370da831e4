"""What labels mean: a file of definitions, with how common each is in the training data where that is told."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.columns import place_columns
from scoring.faults import Cells, Faults, shown
from scoring.labels import resolve
from scoring.table import Table

LONGEST_MEANING = 2000
MOST_IMAGES = 1_000_000_000
_LABEL, _MEANING, _POSITIVES = "label", "meaning", "positives"
_COUNT = re.compile(r"\d{1,10}", re.ASCII)


@dataclass(frozen=True)
class Definition:
    """A label and its meaning; `positives` is the number of training images that have it, None where it isn't told."""

    label: str
    meaning: str
    positives: int | None


def read_definitions(data: bytes, *, labels: Sequence[str], images: int | None = None) -> tuple[Definition, ...]:
    """A file `label,meaning[,positives]`, in its order: each label at most once, and only these labels.

    images: of so many the positive ones were counted, so no count is larger. An empty cell of `positives` is a count
    that isn't told. FaultyFile with all faults.
    """
    faults = Faults()
    table = Table(data, faults)
    wanted = (_LABEL, _MEANING, *([_POSITIVES] if _POSITIVES in table.header else []))
    place = place_columns(table.header, wanted, faults)
    found: dict[str, Definition] = {}
    for batch in table.batches():
        names, meanings = batch.cells(place[_LABEL]), batch.cells(place[_MEANING])
        counts = batch.cells(place[_POSITIVES]) if _POSITIVES in place else None
        for row in range(len(names.values)):
            label = _label_of(names, row, labels, faults)
            meaning = _meaning_of(meanings, row, faults)
            positives = None if counts is None else _count_of(counts, row, images, faults)
            if label in found:
                detail = f"{shown(label)} is defined twice; keep one row."
                faults.add("duplicate_label", _line(names, row), _LABEL, names.values[row], detail)
            elif label is not None:
                found[label] = Definition(label, meaning, positives)
    faults.raise_any()
    return tuple(found.values())


def write_definitions(definitions: Sequence[Definition]) -> bytes:
    """The file that reads as these."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    counted = any(one.positives is not None for one in definitions)
    writer.writerow((_LABEL, _MEANING, _POSITIVES)[: 3 if counted else 2])
    for one in definitions:
        count = "" if one.positives is None else one.positives
        writer.writerow((one.label, one.meaning, count)[: 3 if counted else 2])
    return text.getvalue().encode()


def _line(cells: Cells, row: int) -> int | None:
    return None if cells.lines is None else int(cells.lines[row])


def _label_of(cells: Cells, row: int, labels: Sequence[str], faults: Faults) -> str | None:
    name = cells.values[row]
    label = resolve(name, labels)
    if label is None:
        code, detail = "unknown_label", f"{shown(name)} is no label of a track."
        if not name:
            code, detail = "empty_cell", "The cell is empty."
        faults.add(code, _line(cells, row), cells.column, name, detail)
    return label


def _meaning_of(cells: Cells, row: int, faults: Faults) -> str:
    meaning = cells.values[row].strip()
    if not meaning:
        faults.add("empty_cell", _line(cells, row), cells.column, cells.values[row], "The cell is empty.")
    if len(meaning) > LONGEST_MEANING:
        detail = f"A meaning has at most {LONGEST_MEANING} characters."
        faults.add("too_long", _line(cells, row), cells.column, meaning, detail)
    return meaning


def _count_of(cells: Cells, row: int, images: int | None, faults: Faults) -> int | None:
    value = cells.values[row]
    if not value:
        return None
    most = MOST_IMAGES if images is None else images
    if _COUNT.fullmatch(value) and int(value) <= most:
        return int(value)
    detail = f"{shown(value)} is no number of images from 0 to {most}, in digits."
    faults.add("not_a_count", _line(cells, row), cells.column, value, detail)
    return None
