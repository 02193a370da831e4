"""The classes that rows name, a column at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.faults import Cells, Faults, shown, why_blanks
from scoring.known_names import NOT_FOUND, KnownNames
from scoring.labels import GLOBAL, NO_FINDING, canonical, resolve
from scoring.octets import OctetColumn, are_empty
from scoring.selection import alphabetical, numbered

UNKNOWN = -1
_MOST_KNOWN = 1_000
_ENOUGH_TO_LEARN = 500
MARKER = -2
"""The class of a `No finding` row, which says that an image has no box."""


class Classes(dict[str, int]):
    """The number of each class name: its label's, MARKER, or UNKNOWN. With labels None any name is welcome."""

    def __init__(self, labels: Sequence[str] | None) -> None:
        super().__init__()
        self._given = None if labels is None else tuple(labels)
        self._numbers = numbered(self._given or ())
        self._known = KnownNames(self)

    def __missing__(self, name: str) -> int:
        code = self._number(name)
        # Only known names are remembered: a file may hold a million unknown ones.
        if code != UNKNOWN:
            self[name] = code
        return code

    def find(self, cells: Cells) -> NDArray[np.int32]:
        """The number of each row's class."""
        if not isinstance(cells.values, OctetColumn):
            return self._find(cells.values)
        if not self._known.size:
            # A file's first rows have most of its names: the other rows of the first batch needn't become text.
            self._find(cells.values[:_ENOUGH_TO_LEARN])
            self._known = KnownNames(self)
        label = self._known.find(cells.values)
        missed = label == NOT_FOUND
        if missed.any():
            label[missed] = self._find(list(cells.values.where(missed)))
            if self._known.size < len(self) <= _MOST_KNOWN:
                self._known = KnownNames(self)
        return label

    def _find(self, names: Sequence[str]) -> NDArray[np.int32]:
        return np.fromiter(map(self.__getitem__, names), np.int32, len(names))

    def report_unknown(
        self, cells: Cells, label: NDArray[np.int32], faults: Faults, *, others_ignored: bool = False
    ) -> None:
        """A fault for each class that is unknown; if others are ignored, only for one without a name."""
        unknown = label == UNKNOWN
        if self._given is None:
            faults.add_unknown("surrounding_blanks", cells, unknown, why_blanks)
            return
        if others_ignored:
            unknown &= are_empty(cells.values)
        faults.add_unknown("unknown_class", cells, unknown, why_unknown_class)

    def in_order(self) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        """The labels, and the position there of each number: as they were given, or those found by UTF-8 bytes."""
        if self._given is None:
            return alphabetical(list(self._numbers))
        return self._given, np.arange(len(self._given), dtype=np.int32)

    def _number(self, name: str) -> int:
        label = canonical(name)
        if label == NO_FINDING:
            return MARKER
        if self._given is not None:
            known = resolve(name, self._given)
            return UNKNOWN if known is None else self._numbers[known]
        if not name or name != name.strip():
            return UNKNOWN
        return self._numbers.setdefault(label, len(self._numbers))


def why_unknown_class(value: str) -> str:
    """The sentence about a class that is none of the labels."""
    if canonical(value) in GLOBAL:
        return f"The class {shown(value)} is a label of the whole image; it has no boxes here."
    return f"The class {shown(value)} is not one of the labels asked for."
