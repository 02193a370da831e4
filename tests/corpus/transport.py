"""Cases 1 to 20: bodies, forms and names, as they come over a connection."""

import gzip

from tests.corpus import wire
from tests.corpus.case import BY_FORM, Case, Verdict, faulty, no_csv
from tests.corpus.made import BOXES, HEADER, bomb_in_bombs, gzip_bomb, text, zipped

LIMIT = 64 * 1024 * 1024
EMPTY = Verdict(400, "empty_file", ("empty", None, None))
TOO_LARGE = Verdict(413, "too_large", ("file_too_large", None, None))
CUT = Verdict(400, "incomplete_body")
ONE_FILE = Verdict(400, "one_file")
BAD_NAME = Verdict(400, "file_name")
PNG, ELF = b"\x89PNG\r\n\x1a\n" + b"\0" * 20, b"\x7fELF\x02\x01\x01" + b"\0" * 20
HTML = "<!DOCTYPE html><html><script>alert(1)</script>\n"

CASES = (
    Case(1, "empty body", EMPTY, {"nothing": lambda: b""}),
    Case(2, "header only", faulty("no_rows"), {"header": text(HEADER)}),
    Case(3, "over the limit", TOO_LARGE, {"by one byte": lambda: b"x" * (LIMIT + 1)}),
    Case(
        4,
        "Content-Length is a lie",
        CUT,
        calls={"too long": wire.longer_than_it_says, "too short": wire.shorter_than_it_says},
        offline=BY_FORM,
    ),
    Case(
        5,
        "a byte a second",
        Verdict(200),
        calls={"three of them": wire.slow_senders},
        offline=BY_FORM,
        decided="408 is the proxy's; meanwhile the server answers others, with this, and of who gives up it keeps "
        "nothing. Without a proxy each such sender holds one of its eight threads",
    ),
    Case(
        6,
        "aborted upload",
        Verdict(0),
        calls={"in the file": wire.aborted},
        offline=BY_FORM,
        decided="nobody is there to be answered; nothing is kept",
    ),
    Case(7, "two files", ONE_FILE, calls={"in one field": wire.two_files}, offline=BY_FORM),
    Case(8, "field of another name", ONE_FILE, calls={"document": wire.misnamed_field}, offline=BY_FORM),
    Case(9, "Content-Encoding: gzip", Verdict(415, "not_a_form"), calls={"the form": wire.packed}, offline=BY_FORM),
    Case(10, "gzip", no_csv(), {"of a good file": lambda: gzip.compress(BOXES.encode())}),
    Case(11, "zip", no_csv(), {"of a good file": lambda: zipped("mine.csv", BOXES.encode())}),
    Case(12, "zip bomb", no_csv(), {"zips in zips": bomb_in_bombs}, decided="never opened"),
    Case(13, "gzip bomb", no_csv(), {"10 MB for 10 GB": gzip_bomb}, decided="never opened"),
    Case(14, "spreadsheet", no_csv(), {"xlsx": lambda: zipped("[Content_Types].xml", b"<Types/>")}),
    Case(
        15,
        "PNG, ELF, HTML",
        no_csv(),
        {"PNG": lambda: PNG, "ELF": lambda: ELF, "HTML": text(HTML)},
        but={"HTML": faulty("extra_column", 1, "<!DOCTYPE html><html><script>alert(1)</script>")},
    ),
    Case(
        16,
        "name with a path",
        Verdict(201),
        calls={"../../etc/passwd": wire.named(b"../../etc/passwd", kept="passwd")},
        offline=BY_FORM,
        decided="what is kept of the name is `passwd`; the stored file has a random one",
    ),
    Case(
        17,
        "name with NUL or a line end",
        BAD_NAME,
        calls={
            "NUL": wire.named(b"a\0b.csv"),
            "%00": wire.named_by_rfc_5987("a%00b.csv"),
            "&#10;": wire.named(b"a&#10;b.csv"),
        },
        offline=BY_FORM,
    ),
    Case(
        18,
        "name of 5,000 characters",
        CUT,
        calls={"5,000": wire.named(b"n" * 5000 + b".csv"), "256": wire.named(b"n" * 252 + b".csv")},
        but={"256": Verdict(400, "file_name_too_long")},
        offline=BY_FORM,
    ),
    Case(
        19,
        "name with a header",
        BAD_NAME,
        calls={
            "%0D%0A": wire.named_by_rfc_5987("x.csv%0D%0ASet-Cookie:%20planted=1"),
            "&#13;&#10;": wire.named(b"x.csv&#13;&#10;Set-Cookie: planted=1"),
            "a real line end": wire.named(b"x.csv\r\nSet-Cookie: planted=1", kept='"x.csv'),
        },
        but={"a real line end": Verdict(201)},
        offline=BY_FORM,
        decided="a real line end ends the header of the form's part: the rest is another header, which nobody reads",
    ),
    Case(
        20,
        "name as a formula",
        Verdict(201),
        calls={"=cmd|.csv": wire.named_as_a_formula},
        offline=BY_FORM,
        decided="kept as it is; no export has a cell that begins so",
    ),
)
