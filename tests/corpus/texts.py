"""Cases 21 to 46: encodings, line ends, separators and headers."""

import codecs

from tests.corpus.case import Case, faulty, taken
from tests.corpus.made import BOXES, FIRST, HEADER, NAMES, REST, added, header, reordered, text
from tests.factory import IMAGES

MARKS = {"LINE SEPARATOR": "\u2028", "VT": "\x0b", "FS": "\x1c", "NEL": "\x85"}
CASES = (
    Case(21, "UTF-8 with a byte-order mark", taken(), {"mark": lambda: codecs.BOM_UTF8 + BOXES.encode()}),
    Case(
        22,
        "UTF-16",
        faulty("encoding", 1),
        {"with mark": text(BOXES, "utf-16"), "LE": text(BOXES, "utf-16-le"), "BE": text(BOXES, "utf-16-be")},
    ),
    Case(23, "Latin-1", faulty("encoding", 42), {"e9": lambda: BOXES.encode() + b"\xe9,x\n"}),
    Case(24, "overlong UTF-8", faulty("encoding", 42), {"c0 af": lambda: BOXES.encode() + b"\xc0\xaf\n"}),
    Case(25, "NUL", faulty("nul_byte", 42), {"in a cell": lambda: BOXES.encode() + b"a\0b\n"}),
    Case(26, "CRLF", taken(), {"all": text(BOXES.replace("\n", "\r\n"))}),
    Case(
        27,
        "lone CR",
        faulty("line_ending", 1),
        {"all": text(BOXES.replace("\n", "\r"))},
        decided="refused: the format has LF or CRLF",
    ),
    Case(28, "mixed line ends", taken(), {"three of them": text(BOXES.replace("\n", "\r\n", 3))}),
    Case(
        29,
        "other separators in a cell",
        faulty("unknown_image", 42, "image_id"),
        {name: added(f"{IMAGES[0]}{mark}b,Cardiomegaly,.5,1,2,3,4") for name, mark in MARKS.items()},
        decided="no row is split: the whole cell is one unknown image",
    ),
    Case(30, "blank lines at the end", taken(), {"three": text(BOXES + "\n\r\n\n")}),
    Case(31, "no last line end", taken(), {"none": text(BOXES.rstrip("\n"))}),
    Case(32, "unclosed quote", faulty("quote", 42), {"in the last row": added('x,"Cardiomegaly,.5,1,2,3,4')}),
    Case(33, "field of 131,073", faulty("row_too_long", 42), {"in the last row": added("a" * 131_073)}),
    Case(34, "one line of 50 MB", faulty("row_too_long", 1), {"commas": lambda: b"a," * 25_000_000}),
    Case(
        35,
        "ten million rows",
        faulty("short_row", 2),
        {"short rows": lambda: HEADER.encode() + b"a,b,1\n" * 10_000_000},
        decided="reading stops at the cap, `too_many_rows`; the short rows before it are shown first",
    ),
    Case(
        36,
        "100,000 columns",
        faulty("row_too_long", 1),
        {"in the header": lambda: b",".join(b"c%d" % index for index in range(100_000)) + b"\n"},
    ),
    Case(
        37,
        "another delimiter",
        faulty("delimiter", 1),
        {"semicolons": text(BOXES.replace(",", ";")), "tabs": text(BOXES.replace(",", "\t"))},
    ),
    Case(
        38,
        "decimal comma",
        faulty("bad_number", 2, "score"),
        {
            "quoted": text(HEADER + FIRST.replace("0.9", '"0,9"') + "".join(REST)),
            "not quoted": text(HEADER + FIRST.replace("0.9", "0,9") + "".join(REST)),
        },
        but={"not quoted": faulty("long_row", 2)},
    ),
    Case(39, "quoted header", taken(), {"one": header("image_id", '"image_id"')}),
    Case(40, "missing column", faulty("missing_column", 1, "score"), {"score": header("score,", "")}),
    Case(41, "extra column", faulty("extra_column", 1, "note"), {"note": header("score", "score,note")}),
    Case(42, "columns in another order", taken(), {"backwards": reordered(NAMES[::-1])}),
    Case(43, "column twice", faulty("duplicate_column", 1, "score"), {"score": header("score", "score,score")}),
    Case(
        44,
        "header in another case, with blanks",
        faulty("extra_column", 1, "Score"),
        {"capital": header("score", "Score"), "blank": header("score", " score")},
        but={"blank": faulty("extra_column", 1, " score")},
        decided="labels of VinDr-CXR are matched case-folded, the other columns to the letter",
    ),
    Case(
        45,
        "homoglyph in the header",
        faulty("extra_column", 1, "\u0441lass_name"),
        {"Cyrillic": header("class_name", "\u0441lass_name")},
    ),
    Case(46, "script in the header", faulty("extra_column", 1, "<script>"), {"tag": header("score", "<script>")}),
)
