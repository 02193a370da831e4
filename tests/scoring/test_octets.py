"""Cells read from their bytes, against reading them one by one."""

import random
import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring.known_names import NOT_FOUND, KnownNames
from scoring.octets import OctetColumn, Octets, are_empty, chosen
from scoring.plain_decimals import read_plain_decimals

text = st.text(st.characters(codec="utf-8", exclude_characters='",\r\n\0'), max_size=80)
decimal = st.one_of(
    st.decimals(-(10**8), 10**8, places=3).map(str),
    st.floats(-1, 1).map(repr),
    st.floats(-3000, 3000).map(repr),
    st.decimals(0, 1, places=19).map(str),
    st.integers(-(10**16), 10**16).map(str),
    st.text("0123456789.-", max_size=17),
    st.text("0123456789.-+eE _/:é", max_size=6),
)


def columns_of(*columns: list[str]) -> list[OctetColumn]:
    found = Octets("\n".join(map(",".join, zip(*columns, strict=True))).encode()).columns(len(columns))
    assert found is not None
    return found


@given(st.lists(st.tuples(text, text, text), min_size=1, max_size=30))
def test_cells_are_the_text_between_commas_and_line_feeds(rows: list[tuple[str, str, str]]) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]

    read = columns_of(*columns)

    assert [list(column) for column in read] == columns
    assert [[column[place] for place in range(len(column))] for column in read] == columns
    assert [list(column[1:]) for column in read] == [column[1:] for column in columns]
    assert [are_empty(column).tolist() for column in read] == [[not cell for cell in column] for column in columns]
    assert list(chosen(read[0], are_empty(read[1]))) == [a for a, b, _ in rows if not b]


def test_rows_of_another_width_make_no_columns() -> None:
    assert Octets(b"a,b\nc").columns(2) is None
    assert Octets(b"a,b\nc,d,e").columns(2) is None
    assert Octets(b"a,b,c\nd").columns(2) is None
    assert Octets(b"a\nb,c,d").columns(2) is None
    assert Octets(b"a,b").columns(3) is None


@given(st.lists(decimal, min_size=1, max_size=40))
def test_a_plain_decimal_is_read_to_the_last_bit(cells: list[str]) -> None:
    column, _ = columns_of(cells, cells)

    numbers, known = read_plain_decimals(column)

    for cell, number, is_known in zip(cells, numbers.tolist(), known.tolist(), strict=True):
        if is_known:
            assert re.fullmatch(r"-?(\d+\.?\d*|\.\d+)", cell, re.ASCII)
            assert float(cell) == number
        elif match := re.fullmatch(r"-?(\d*)\.?(\d*)", cell, re.ASCII):
            whole, decimals = map(len, match.groups())
            assert whole > 8 or decimals > 8 or whole + decimals > 15 or whole + decimals == 0


def test_what_lies_exactly_between_two_floats_is_left_to_the_slow_way() -> None:
    # 2**53 + 1 is halfway, and one step on either side isn't; digits enough to need 80 bits.
    cells = ["90071992.54740993", "90071992.54740992", "0.9007199254740993", "0.1234567890123456789"]

    numbers, known = read_plain_decimals(columns_of(cells, cells)[0])

    for cell, number, is_known in zip(cells, numbers.tolist(), known.tolist(), strict=True):
        assert not is_known or number == float(cell)


def test_most_numbers_as_python_writes_them_are_known() -> None:
    draw = random.Random(3)
    cells = [repr(draw.uniform(0, top)) for top in (1, 3000) for _ in range(5_000)]

    numbers, known = read_plain_decimals(columns_of(cells, cells)[0])

    assert known.mean() > (0.98 if np.finfo(np.longdouble).nmant == 63 else 0)
    assert numbers[known].tolist() == [float(cell) for cell, is_known in zip(cells, known, strict=True) if is_known]


@given(st.lists(text, min_size=1, max_size=60, unique=True), st.data())
def test_a_name_is_found_or_missed_but_never_taken_for_another(names: list[str], data: st.DataObject) -> None:
    number = {name: 2 * place for place, name in enumerate(names)}
    cells = data.draw(st.lists(st.one_of(st.sampled_from(names), text), min_size=1, max_size=40))

    found = KnownNames(number).find(columns_of(cells, cells)[0]).tolist()

    for cell, place in zip(cells, found, strict=True):
        assert place in (NOT_FOUND, number.get(cell))


def test_most_names_are_found() -> None:
    names = [f"{place:032x}" for place in range(3_000)]

    found = KnownNames({name: place for place, name in enumerate(names)}).find(columns_of(names, names)[1])

    assert (found == range(3_000)).mean() > 0.9


def test_without_a_name_none_is_found() -> None:
    assert KnownNames({}).find(columns_of(["a", ""], ["b", ""])[0]).tolist() == [NOT_FOUND, NOT_FOUND]
