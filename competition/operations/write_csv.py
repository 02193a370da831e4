"""CSV that is safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the start of a formula, the wide forms of = + - @ too (OWASP, CSV Injection)."""


def csv_rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV bytes; cells that a spreadsheet would run as a formula are defused with an apostrophe."""
    return csv_lines([header]) + csv_lines(rows)


def csv_lines(rows: Iterable[Sequence[object]]) -> bytes:
    """The same without a header."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([_defused(cell) for cell in row] for row in rows)
    return stream.getvalue().encode()


def _defused(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    # A lone CR is not quoted by the writer, and a spreadsheet begins a row, and so a formula, behind it.
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text
