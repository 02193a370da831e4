"""Which column is which: the header of a file against the columns that it must have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scoring.faults import Faults, shown
from scoring.labels import canonical, resolve

IMAGE_ID = "image_id"
CLASS_NAME = "class_name"
BOX = ("x_min", "y_min", "x_max", "y_max")
_OF_BOXES = (CLASS_NAME, "score", *BOX, "PredictionString", "TARGET")

Spelling = Callable[[str], str | None]
"""The column that a name in the header means, None if it means none."""


def place_columns(
    header: Sequence[str],
    wanted: Sequence[str],
    faults: Faults,
    *,
    spelling: Spelling | None = None,
    ignoring: Callable[[str], bool] = lambda name: False,
) -> dict[str, int]:
    """Where each wanted column stands, in their order; a column that is none of them is a fault unless ignored.

    FaultyFile with all faults of the header, which come alone: without columns no cell can be understood.
    """
    place: dict[str, int] = {}
    for position, name in enumerate(header):
        meant = name if spelling is None and name in wanted else spelling and spelling(name)
        if meant is None:
            if not ignoring(name):
                faults.add("extra_column", 1, name, name, _why_extra(name, wanted))
        elif meant in place:
            detail = f"The column {shown(meant)} is there twice."
            faults.add("duplicate_column", 1, name, name, detail)
        else:
            place[meant] = position
    for name in wanted:
        if name not in place:
            faults.add("missing_column", 1, name, None, _why_missing(name, header))
    faults.raise_any()
    return {name: place[name] for name in wanted}


def label_spelling(labels: Sequence[str]) -> Spelling:
    """Columns of `image_id` and these labels, as labels are spelled."""
    return lambda name: IMAGE_ID if name == IMAGE_ID else resolve(name, labels)


def labels_in_header(header: Sequence[str], *, ignored: Sequence[str] = ()) -> tuple[str, ...]:
    """The labels of a header where any are welcome: every name but the image id and those ignored, each once."""
    others = {IMAGE_ID, *_OF_BOXES, *ignored}
    names = (name for name in header if name and name == name.strip() and name not in others)
    return tuple(dict.fromkeys(canonical(name) for name in names))


def _why_extra(name: str, wanted: Sequence[str]) -> str:
    if not name.strip():
        return "A column has no name; leave it out (a data frame's index is written as such a column)."
    near = _nearest(name, wanted)
    if near is not None:
        return f"The column {shown(name)} must be spelled {shown(near)}, to the letter."
    if name in _OF_BOXES:
        return f"The column {shown(name)} belongs to a detection file, and this is another kind."
    return f"The column {shown(name)} is not one of this file's; leave it out."


def _why_missing(name: str, header: Sequence[str]) -> str:
    near = _nearest(name, header)
    if near is not None:
        return f"The column {shown(name)} is missing; {shown(near)} is not the same, to the letter."
    return f"The column {shown(name)} is missing."


def _nearest(name: str, names: Sequence[str]) -> str | None:
    """One of the names that differs in case, blanks or underscores only."""

    def bare(text: str) -> str:
        return text.casefold().strip().replace(" ", "").replace("_", "")

    return next((other for other in names if other != name and bare(other) == bare(name)), None)
