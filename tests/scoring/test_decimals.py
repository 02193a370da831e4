import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.decimals import read_numbers
from scoring.faults import Cells, Faults
from tests.scoring.faults_of import faults_of


def number(cell: str) -> float:
    faults = Faults()
    numbers = read_numbers(Cells("x", [2], [cell]), -1e6, 1e6, faults)
    faults.raise_any()
    return float(numbers[0])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", 0.0),
        ("12", 12.0),
        ("-1.50", -1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("007", 7.0),
        ("1.2e-05", 1.2e-05),
        ("1E+3", 1000.0),
        ("1e-400", 0.0),
        ("5e-0001", 0.5),
        ("0e9999", 0.0),
        ("1000000", 1e6),
        ("-1000000.0", -1e6),
        ("0.123456789012345678901234567890", 0.12345678901234568),
    ],
)
def test_a_plain_decimal_is_read(cell: str, value: float) -> None:
    assert number(cell) == value


def test_minus_zero_is_zero() -> None:
    assert math.copysign(1, number("-0")) == 1
    assert math.copysign(1, number("-1e-999")) == 1


@pytest.mark.parametrize(
    "cell",
    [
        *["nan", "NaN", "-nan", "inf", "-inf", "Infinity", "True", "0x1p3", "1_0", "1,5", "1'000", "=1+1"],
        *["+1", "--1", ".", "-", "e5", "1e", "1e+", "1.2.3", "1 2", "1e5.0", "½"],
        *[" 1", "1 ", "1\n", "\n1", "1\n2", "1\u00a0", "\u00a00.5", "１", "٣", "1\u2028", "0.5\x00"],
        *["0" * 33, "0." + "1" * 50_000, "9" * 5_000],
    ],
)
def test_anything_else_is_refused(cell: str) -> None:
    assert faults_of(lambda: number(cell)) == [("bad_number", 2, "x")]


@pytest.mark.parametrize("cell", ["1000000.1", "-1000001", "1e308", "1e309", "-1e999", "1e1000", "1e" + "9" * 30])
def test_a_number_out_of_range_is_refused(cell: str) -> None:
    assert faults_of(lambda: number(cell)) == [("out_of_range", 2, "x")]


def test_an_empty_cell_is_called_empty() -> None:
    assert faults_of(lambda: number("")) == [("empty_cell", 2, "x")]


def test_one_bad_cell_does_not_hide_the_others() -> None:
    faults = Faults()
    numbers = read_numbers(Cells("x", [2, 3, 4, 5], ["1", "a", "2", "2000001"]), 0, 1e6, faults)

    assert numbers[[0, 2]].tolist() == [1.0, 2.0]
    assert [math.isnan(number) for number in numbers] == [False, True, False, True]
    assert faults_of(faults.raise_any) == [("bad_number", 3, "x"), ("out_of_range", 5, "x")]


@given(st.floats(-1e6, 1e6))
def test_every_float_is_read_as_python_writes_it(value: float) -> None:
    assert number(repr(value)) == value


@given(st.lists(st.text("0123456789.eE+-_ \nn", max_size=6), max_size=5))
def test_reading_many_at_once_accepts_what_reading_each_does(cells: list[str]) -> None:
    def accepted(group: list[str]) -> bool:
        faults = Faults()
        read_numbers(Cells("x", range(2, 2 + len(group)), group), -1e9, 1e9, faults)
        return faults.total == 0

    assert accepted(cells) == all(accepted([cell]) for cell in cells)
