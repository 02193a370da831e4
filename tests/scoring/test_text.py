import codecs
import gzip
import io
import zipfile

import pytest

from scoring.errors import Problem
from scoring.limits import LONGEST_ROW
from scoring.text import check_text, sniff_binary
from tests.scoring.faults_of import faults_of, refusal


def problem_of(data: bytes) -> Problem:
    (problem,) = refusal(lambda: check_text(data)).problems
    return problem


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("p.csv", "image_id\na\n")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (gzip.compress(b"image_id\n", mtime=0), "a gzip archive"),
        (zipped(), "a zip archive or a spreadsheet"),
        (b"\x89PNG\r\n\x1a\n rest", "a PNG image"),
        (b"\x7fELF\x02\x01", "a program"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old spreadsheet or document"),
        (bytes(128) + b"DICM", "a DICOM image"),
    ],
)
def test_a_file_that_is_no_text_is_known_by_its_first_bytes(data: bytes, kind: str) -> None:
    assert sniff_binary(data) == kind
    assert problem_of(data).code == "binary_file"


@pytest.mark.parametrize("data", [b"", b"image_id\n", b"PK", b"<html>", codecs.BOM_UTF8 + b"image_id\n"])
def test_what_may_be_text_is_no_known_binary(data: bytes) -> None:
    assert sniff_binary(data) is None


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("image_id\na\n".encode("utf-16"), 1),
        ("image_id\na\n".encode("utf-16-le"), 1),
        ("image_id\na\n".encode("utf-16-be"), 1),
        ("image_id\na\n".encode("utf-32"), 1),
        (b"image_id\nb\n\xe9a\n", 3),
        (b"image_id\n\xc0\xaf\n", 2),
        (b"image_id\n\xed\xa0\x80\n", 2),
    ],
)
def test_other_encodings_than_utf_8_are_refused_with_their_line(data: bytes, line: int) -> None:
    assert faults_of(lambda: check_text(data)) == [("encoding", line, None)]


def test_the_byte_that_is_not_utf_8_is_named_with_its_offset() -> None:
    problem = problem_of(b"image_id\nna\xefve\n")

    assert problem.value == "0xef"
    assert "offset 11" in problem.detail


def test_a_nul_byte_is_refused_with_its_line() -> None:
    problem = problem_of(b"image_id\na\nb\0\n")

    assert (problem.code, problem.line) == ("nul_byte", 3)
    assert "offset 12" in problem.detail


@pytest.mark.parametrize("data", [b"", b"\n\r\n", codecs.BOM_UTF8])
def test_a_file_without_anything_in_it_is_empty(data: bytes) -> None:
    assert problem_of(data).code == "empty"


@pytest.mark.parametrize("data", [b"image_id\na\rb\n", b'image_id\na\n"b\r"\n', b"image_id\ra\rb\r"])
def test_a_carriage_return_alone_ends_no_line_and_is_refused(data: bytes) -> None:
    assert problem_of(data).code == "line_ending"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'image_id,x\n"a,1\nb,2\n', 2),
        (b'image_id,x\na,1\nb"c,2\n', 3),
        (b'image_id,x\na,1\nb"c",2\n', 3),
        (b'image_id,x\n"a"b,1\n', 2),
        (b'image_id,x\n "a",1\n', 2),
        (b'image_id,x\n"a" ,1\n', 2),
        (b'image_id,x\n"a","\n', 2),
        (b'image_id,x\n"a""\n', 2),
        (codecs.BOM_UTF8 + b'image_id,x\n"a\n\n"\n,"\n', 5),
    ],
)
def test_a_quote_that_does_not_enclose_a_whole_cell_is_refused(data: bytes, line: int) -> None:
    problem = problem_of(data)

    assert (problem.code, problem.line) == ("quote", line)


@pytest.mark.parametrize(
    "data",
    [
        b'"image_id","x"\n"a","1"\n',
        codecs.BOM_UTF8 + b'"image_id","x"\r\n"a","1"\r\n',
        b'image_id,x\n"a""b",""\n',
        b'image_id,x\n"""a""",1',
        b'image_id,x\n"a,b\nc",1\n',
    ],
)
def test_cells_quoted_by_the_standard_are_text(data: bytes) -> None:
    check_text(data)


def test_a_row_that_never_ends_is_refused_without_reading_it() -> None:
    assert faults_of(lambda: check_text(b"image_id\na\n" + b"x" * (LONGEST_ROW + 1))) == [("row_too_long", 3, None)]


def test_a_row_of_the_longest_length_is_read() -> None:
    check_text(b"image_id\n" + b"x" * LONGEST_ROW + b"\n" + b"y" * LONGEST_ROW)
