"""Hostile files: good ones with cells, rows, columns and bytes changed as tools, people and attackers do."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

MOST_CHANGES = 6

GENTLE = ("0", "1", "0.5", "1e-3", "7", "300", "a", "b", "No finding", "Edema", "CARDIOMEGALY", "3 .5 1 2 3 4", "")
NUMBERS = (
    *("", "0", "-0", "1", "0.5", ".5", "5.", "1e-400", "1e309", "-1e-9", "1.0000001", "1000000", "1000000.0001"),
    *("nan", "NaN", "inf", "-Infinity", "0x1p3", "1_0", "1,5", "+1", "--1", ".", "e5", "1e", "1e+", "1e0001", "1e99"),
    *("１", "٣", "½", "\u00a00.5", " 0.5", "0.5 ", "\t1", "0" * 32, "0" * 33, "9" * 400, "True", "null", "=1+1"),
)
NAMES = (
    *("", " ", "No finding", "no FINDING", "No finding ", "Edema", "EDEMA", "Oedema", "ﬁnding", "İ", "ß", "a.0", "A"),
    *("\ufeff", "\u200b", "\u202e", "\u2028", "\x0b", "\x1c", "\x85", "\x1b[2J", "\x7f", "e\u0301", "\U0010ffff"),
    *("'; DROP TABLE", "<script>", "../../etc/passwd", "%s%n", "{0}", "x" * 101, "a\nb", "a\r\nb", 'a"b', "a,b"),
)
COLUMNS = ("image_id", "class_name", "score", "x_min", "y_max", "PredictionString", "ID", "TARGET", "Edema", "Image_ID")
SEXTUPLES = (
    "14 1 0 0 1 1",
    "3 .5 1 2 3 4",
    "3 .5 1 2 3",
    "15 1 0 0 1 1",
    "3  .5 1 2 3 4",
    "3.0 .5 1 2 3 4",
    "14 1 0 0 1",
)
TEXT_OCTETS = b'\n \r\n \n\n " "" , ,,,,,,,, ; \t 5 . e - \xe2\x80\xa8 \xc2\x85'.split(b" ")
OTHER_OCTETS = b"\r \0 \xff \xc0\xaf \xed\xa0\x80 \xef\xbb\xbf \x1f\x8b".split(b" ")

_CHANGES = (*["cell"] * 12, "swap", "row twice", "no row", "column", "one cell more")

cells: SearchStrategy[str] = (
    st.sampled_from(GENTLE)
    | st.sampled_from((*NUMBERS, *NAMES, *COLUMNS, *SEXTUPLES))
    | st.text('ab.1e-5 ,"\n\ré', max_size=6)
)
octets = st.sampled_from([*TEXT_OCTETS * 3, *OTHER_OCTETS])
places = st.integers(0, 10_000)

Table = Sequence[Sequence[str]]


def written(rows: Table, line_end: str = "\n", always_quoted: bool = False) -> bytes:
    """The rows as CSV; cells are quoted where they must be, or all of them."""

    def cell(text: str) -> str:
        needed = any(mark in text for mark in ',"\r\n')
        return '"' + text.replace('"', '""') + '"' if needed or always_quoted else text

    lines = [",".join(map(cell, row)) for row in rows]
    return "".join(line + line_end for line in lines).encode()


@st.composite
def changed_tables(draw: DrawFn, good: Table) -> list[list[str]]:
    """The table with some cells, rows and columns changed, repeated, moved or left out."""
    table = [list(row) for row in good]
    for _ in range(draw(st.integers(0, MOST_CHANGES))):
        _change(draw, table)
    return table


def _change(draw: DrawFn, table: list[list[str]]) -> None:
    in_header = len(table) == 1 or draw(st.sampled_from([*[False] * 19, True]))
    row = 0 if in_header else 1 + draw(places) % (len(table) - 1)
    column = draw(places) % max(1, *map(len, table))
    match draw(st.sampled_from(_CHANGES)):
        case "cell" if column < len(table[row]):
            table[row][column] = draw(cells)
        case "swap":
            other = draw(places) % len(table) if in_header else 1 + draw(places) % (len(table) - 1)
            table[row], table[other] = table[other], table[row]
        case "row twice":
            table.insert(draw(places) % len(table), list(table[row]))
        case "no row" if len(table) > 1:
            del table[row]
        case "column":
            copies = draw(st.sampled_from([0, 2]))
            for cells_of_row in table:
                cells_of_row[column : column + 1] = cells_of_row[column : column + 1] * copies
        case "one cell more":
            table[row].append(draw(cells))


@st.composite
def hostile_files(draw: DrawFn, *goods: Table) -> bytes:
    """One of the good files, changed as a table, written in some way, and changed as bytes."""
    table = draw(changed_tables(draw(st.sampled_from(goods))))
    data = written(table, draw(st.sampled_from(["\n", "\r\n"])), draw(st.booleans()))
    for _ in range(draw(st.sampled_from([0, 0, 0, 0, 0, 1, 1, 2, MOST_CHANGES]))):
        start = draw(places) % (len(data) + 1)
        stop = min(len(data), start + draw(st.sampled_from([0, 0, 1, 2, 9, 10_000])))
        data = data[:start] + draw(octets) + data[stop:]
    return data
