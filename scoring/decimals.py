"""Plain ASCII decimals, many at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.faults import Cells, Faults, shown
from scoring.octets import OctetColumn
from scoring.plain_decimals import read_plain_decimals

LONGEST_NUMBER = 32
LARGEST_COORDINATE = 1_000_000.0

_NUMBER = r"-?(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?\d++)?+"
_ONE = re.compile(_NUMBER, re.ASCII)
_MANY = re.compile(rf"(?:{_NUMBER}\n)*+", re.ASCII)


def read_numbers(cells: Cells, low: float, high: float, faults: Faults) -> NDArray[np.float64]:
    """The numbers in the cells, NaN where a cell holds none within [low, high]; each such cell is a fault.

    A number too small for float64 is 0, and so is -0.
    """
    if isinstance(cells.values, OctetColumn):
        numbers, known = read_plain_decimals(cells.values)
        if not known.all():
            numbers[~known] = _read_text(cells.where(~known), faults)
    else:
        numbers = _read_text(cells, faults)
    # Adding 0 turns -0 into 0. A NaN here is a cell that is reported already; both comparisons are False for it.
    numbers += 0.0
    outside = (numbers < low) | (numbers > high)
    if outside.any():
        _report_range(cells, np.flatnonzero(outside), low, high, faults)
        numbers[outside] = np.nan
    return numbers


def _read_text(cells: Cells, faults: Faults) -> NDArray[np.float64]:
    texts = list(cells.values)
    if _all_numbers(texts):
        return np.fromiter(map(float, texts), np.float64, len(texts))
    return _read_one_by_one(cells, faults)


def _all_numbers(cells: Sequence[str]) -> bool:
    if not cells:
        return True
    # One match over all cells is several times faster than one for each. The count tells a line break in a cell.
    joined = "\n".join(cells)
    return (
        joined.count("\n") == len(cells) - 1
        and max(map(len, cells)) <= LONGEST_NUMBER
        and _MANY.fullmatch(joined + "\n") is not None
    )


def _read_one_by_one(cells: Cells, faults: Faults) -> NDArray[np.float64]:
    numbers = np.full(len(cells.values), np.nan)
    empty: list[int] = []
    bad: list[int] = []
    for i, cell in enumerate(cells.values):
        if len(cell) <= LONGEST_NUMBER and _ONE.fullmatch(cell):
            numbers[i] = float(cell)
        elif cell:
            bad.append(i)
        else:
            empty.append(i)
    faults.add_each("empty_cell", cells, np.array(empty, np.intp), _empty)
    faults.add_each("bad_number", cells, np.array(bad, np.intp), _why_not_a_number)
    return numbers


def _report_range(cells: Cells, where: NDArray[np.intp], low: float, high: float, faults: Faults) -> None:
    def detail(value: str) -> str:
        return f"{shown(value)} is not between {low:.0f} and {high:.0f}."

    faults.add_each("out_of_range", cells, where, detail)


def _empty(value: str) -> str:
    return "The cell is empty; write a number."


def _why_not_a_number(value: str) -> str:
    if len(value) > LONGEST_NUMBER:
        return f"The number has more than {LONGEST_NUMBER} characters; write it shorter."
    if value != value.strip():
        return f"{shown(value)} has blanks around it; write the bare number."
    if value.lower().lstrip("+-") in {"nan", "inf", "infinity"}:
        return f"{shown(value)} is not a finite number; every value must be one."
    if "," in value:
        return f"{shown(value)} has a comma; write decimals with a point and no thousands separators."
    return f"{shown(value)} is not a plain decimal number such as 0.5, 12 or 1.2e-05."
