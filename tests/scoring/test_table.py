import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.errors import FaultyFile
from scoring.faults import Faults
from scoring.limits import LONGEST_ROW, Limits
from scoring.table import Table
from tests.scoring.faults_of import faults_of


def read(data: bytes, limits: Limits | None = None) -> tuple[list[tuple[int, tuple[str, ...]]], Table]:
    """The rows with their lines."""
    faults = Faults()
    table = Table(data, faults) if limits is None else Table(data, faults, limits)
    rows = [
        (line, cells) for batch in table.batches() for line, *cells in zip(batch.lines, *batch.columns, strict=True)
    ]
    faults.raise_any()
    return [(line, tuple(cells)) for line, cells in rows], table


def rows_of(data: bytes) -> list[tuple[int, tuple[str, ...]]]:
    return read(data)[0]


TWO_ROWS = [(2, ("a", "1")), (3, ("b", "2"))]


@pytest.mark.parametrize(
    "data",
    [
        b"id,x\na,1\nb,2\n",
        b"id,x\na,1\nb,2",
        b"id,x\r\na,1\r\nb,2\r\n",
        b"id,x\r\na,1\nb,2\r\n",
        b"id,x\na,1\nb,2\n\n\r\n\n",
        b"\xef\xbb\xbfid,x\na,1\nb,2\n",
        b'"id","x"\n"a","1"\n"b","2"\n',
        b'\xef\xbb\xbf"id",x\r\na,"1"\r\nb,2\r\n\r\n',
    ],
)
def test_line_ends_quotes_blank_ends_and_a_byte_order_mark_make_no_difference(data: bytes) -> None:
    assert rows_of(data) == TWO_ROWS


def test_only_a_line_feed_separates_rows() -> None:
    odd = "\u2028\u2029\x0b\x0c\x1c\x1d\x1e\x85"

    assert rows_of(f"id,x\n{odd},1\nb,2\n".encode()) == [(2, (odd, "1")), (3, ("b", "2"))]
    assert rows_of(f'id,x\n"{odd}",1\nb,2\n'.encode()) == [(2, (odd, "1")), (3, ("b", "2"))]


def test_a_row_over_several_lines_has_the_line_where_it_begins() -> None:
    assert rows_of(b'id,x\n"a\n\nb",1\n"c",2\n') == [(2, ("a\n\nb", "1")), (5, ("c", "2"))]


def test_short_long_and_blank_rows_are_faults_of_their_lines() -> None:
    assert faults_of(lambda: rows_of(b"id,x\na,1\nb\nc,1,2\n\nd,2\n")) == [
        ("short_row", 3, None),
        ("long_row", 4, None),
        ("blank_line", 5, None),
    ]


def test_the_same_faults_are_found_among_quoted_rows() -> None:
    assert faults_of(lambda: rows_of(b'id,x\n"a\n",1\nb\nc,1,2\n\nd,2\n')) == [
        ("short_row", 4, None),
        ("long_row", 5, None),
        ("blank_line", 6, None),
    ]


def test_a_blank_line_is_no_row_of_a_single_column() -> None:
    assert faults_of(lambda: rows_of(b"id\na\n\nb\n")) == [("blank_line", 3, None)]


def test_a_header_alone_is_a_file_without_rows() -> None:
    assert faults_of(lambda: rows_of(b"id,x\n\n")) == [("no_rows", None, None)]


def test_a_blank_first_line_is_no_header() -> None:
    assert faults_of(lambda: rows_of(b"\nid,x\na,1\n")) == [("blank_line", 1, None)]


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_other_separators_than_commas_are_named_as_such(mark: str) -> None:
    assert faults_of(lambda: rows_of(f"id{mark}x\na{mark}1\n".encode())) == [("delimiter", 1, None)]


def test_rows_beyond_the_limit_are_not_read() -> None:
    data = b"id,x\n" + b"a,1\n" * 4
    faults = Faults()
    table = Table(data, faults, Limits(bytes=None, rows=3, boxes_per_image=None))
    rows = sum(len(batch.lines) for batch in table.batches())

    assert (rows, table.rows, table.complete) == (3, 3, False)
    assert faults_of(faults.raise_any) == [("too_many_rows", 5, None)]


def test_as_many_rows_as_the_limit_are_read() -> None:
    assert read(b"id,x\n" + b"a,1\n" * 3, Limits(None, 3, None))[1].complete


def test_a_file_larger_than_the_limit_is_not_looked_at() -> None:
    assert faults_of(lambda: read(b"\xff" * 11, Limits(10, None, None))) == [("file_too_large", None, None)]


def test_a_row_of_many_short_lines_is_refused_at_its_first_line() -> None:
    endless = b'id,x\na,"1"\n' + b'"\n",' * LONGEST_ROW

    assert faults_of(lambda: rows_of(endless + b'""\n')) == [("row_too_long", 3, None)]


def test_rows_keep_their_lines_over_many_blocks() -> None:
    lines = [f"{'i' * random.Random(i).randrange(100)}{i},{i}" for i in range(60_000)]

    rows = rows_of(("id,x\n" + "\n".join(lines)).encode())

    assert rows == [(i + 2, tuple(line.split(","))) for i, line in enumerate(lines)]


def test_a_block_with_one_odd_row_loses_only_that() -> None:
    lines = [f"{i},1" for i in range(400_000)]
    lines[200_000] = "short"

    assert faults_of(lambda: rows_of(("id,x\n" + "\n".join(lines)).encode())) == [("short_row", 200_002, None)]


def test_a_million_faulty_rows_take_little_memory() -> None:
    data = b"id,x\n" + b"a\n" * 1_000_000

    tracemalloc.start()
    with pytest.raises(FaultyFile) as caught:
        rows_of(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert caught.value.total == 1_000_000
    assert len(caught.value.problems) == 100
    # A block of the file holds an eighth of these rows; all of them at once take several times as much.
    assert peak < 100 * 2**20


cell = st.text(st.characters(codec="utf-8", exclude_characters='",\r\n\0'), min_size=1, max_size=8)


@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=20))
def test_quoted_and_plain_rows_are_read_alike(rows: list[tuple[str, str]]) -> None:
    plain = "id,x\n" + "".join(f"{a},{b}\n" for a, b in rows)
    quoted = "id,x\n" + "".join(f'"{a}","{b}"\n' for a, b in rows)

    assert rows_of(plain.encode()) == rows_of(quoted.encode())


def test_a_million_blank_lines_at_the_end_are_passed_over_at_once() -> None:
    assert rows_of(b"id,x\na,1\nb,2" + b"\r\n\n" * 1_000_000) == TWO_ROWS
    assert rows_of(b"id\na" + b"\n" * 4096) == [(2, ("a",))]
    assert faults_of(lambda: rows_of(b"id,x" + b"\n" * 5000)) == [("no_rows", None, None)]
