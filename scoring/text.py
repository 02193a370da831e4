"""Is it text that can be read at all? Everything here is a fault of the whole file and stops the reading."""

from __future__ import annotations

import codecs
import re
from typing import NoReturn

from scoring.errors import FaultyFile, Problem
from scoring.limits import LONGEST_ROW

_SIGNATURES = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a zip archive or a spreadsheet"),
    (b"PK\x05\x06", "a zip archive or a spreadsheet"),
    (b"BZh91AY&SY", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old spreadsheet or document"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy file"),
    (b"SQLite format 3\x00", "an SQLite database"),
)
_ANYTHING = re.compile(rb"[^\r\n]")
_UTF16_OR_32 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# Quoted cells as RFC 4180 has them: the quotes enclose the whole cell, and a quote inside is doubled. The
# match ends before the first quote that is none of this.
_WELL_QUOTED = re.compile(rb'(?:[^"]*+(?<![^,\n])"[^"]*+(?:""[^"]*+)*+"(?=,|\r?\n|\Z))*+[^"]*+')


def sniff_binary(data: bytes) -> str | None:
    """What a file that is no text is ("a gzip archive"), by its first bytes; None for what may be text."""
    if data[128:132] == b"DICM":
        return "a DICOM image"
    return next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)


def check_text(data: bytes, longest_row: int | None = LONGEST_ROW) -> None:
    """Refuse what is not UTF-8 text in rows of at most so many bytes; FaultyFile with one problem."""
    check_encoding(data)
    if not _ANYTHING.search(data, len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0):
        _refuse("empty", None, "The file is empty.")
    _check_line_ends(data)
    _check_quotes(data)
    if longest_row is not None:
        _check_line_lengths(data, longest_row)


def check_encoding(data: bytes) -> None:
    """Refuse what is not UTF-8 text; FaultyFile with one problem."""
    kind = sniff_binary(data)
    if kind is not None:
        _refuse("binary_file", None, f"This is {kind}; give the file itself, as plain text.")
    if data.startswith(_UTF16_OR_32) or b"\0" in data[:4]:
        _refuse("encoding", 1, "The file is UTF-16 or UTF-32, seen at byte 0; save it as UTF-8.")
    try:
        # Without other letters than ASCII's there is nothing to decode, and no copy to make.
        data.isascii() or data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse(
            "encoding",
            _line_at(data, error.start),
            f"Byte {data[error.start]:#04x} at offset {error.start} is not UTF-8; save the file as UTF-8.",
            value=f"{data[error.start]:#04x}",
        )
    nul = data.find(b"\0")
    if nul >= 0:
        _refuse("nul_byte", _line_at(data, nul), f"There is a NUL byte at offset {nul}; remove it.")


def _check_line_ends(data: bytes) -> None:
    """A lone CR ended a line on machines of the last century; inside a cell it would be invisible. Neither is read."""
    if b"\r" not in data or data.count(b"\r") == data.count(b"\r\n"):
        return
    lone = re.search(rb"\r(?!\n)", data)
    assert lone is not None
    _refuse(
        "line_ending",
        _line_at(data, lone.start()),
        f"There is a carriage return without a line feed at offset {lone.start()}; end lines with LF or CRLF.",
    )


def _check_quotes(data: bytes) -> None:
    if b'"' not in data:
        return
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    well = _WELL_QUOTED.match(data[start:] if start else data)
    assert well is not None
    wrong = start + well.end()
    if wrong < len(data):
        _refuse(
            "quote",
            _line_at(data, wrong),
            f"The quote at offset {wrong} is never closed, or stands inside a cell: enclose the whole cell in "
            'quotes and write a quote inside it as "".',
        )


def _check_line_lengths(data: bytes, longest: int) -> None:
    start = 0
    while len(data) - start > longest:
        end = data.rfind(b"\n", start, start + longest + 1)
        if end < 0:
            refuse_long_row(_line_at(data, start), longest)
        start = end + 1


def refuse_long_row(line: int, longest: int) -> NoReturn:
    """FaultyFile for the row that begins on this line."""
    _refuse("row_too_long", line, f"The row is longer than {longest} bytes.")


def _line_at(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _refuse(code: str, line: int | None, detail: str, value: str | None = None) -> NoReturn:
    raise FaultyFile([Problem(code, line, None, value, detail)])
