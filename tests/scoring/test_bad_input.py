"""The corpus of bad input: what people and their tools really write, each with its code, line and column.

A file is answered with faults or read; there is nothing between, and no case is guessed at.
"""

import codecs
import gzip

import pytest

from scoring.labels import LOCAL
from scoring.manifest import Manifest
from scoring.metric import parse_metric
from scoring.predictions import SERVER_LIMITS, Detections, read_detections
from scoring.scorecard import score_detection
from tests.scoring.faults_of import BOX, DETECTION, LABELS, TWO_IMAGES, classification_faults, detection_faults
from tests.scoring.made_up import box_truth

END = "b,No finding,,,,,\n"
GOOD = DETECTION + BOX + END


def read(data: str | bytes) -> Detections:
    data = data.encode() if isinstance(data, str) else data
    return read_detections(data, manifest=TWO_IMAGES, labels=LABELS, limits=SERVER_LIMITS)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(codecs.BOM_UTF8 + GOOD.encode(), id="byte-order mark"),
        pytest.param(GOOD.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(GOOD.replace("\n", "\r\n", 1), id="mixed line ends"),
        pytest.param(GOOD + "\n\r\n\n", id="blank lines at the end"),
        pytest.param(GOOD[:-1], id="no line end at the end"),
        pytest.param(GOOD.replace("image_id", '"image_id"'), id="quoted header"),
        pytest.param(
            "\n".join(",".join(f'"{c}"' for c in r.split(",")) for r in GOOD.split()[:2]) + "\n" + END, id="all"
        ),
        pytest.param(GOOD.replace(".5", "5e-1"), id="exponent"),
        pytest.param(GOOD.replace(",1,", ",-0,"), id="minus zero"),
        pytest.param(GOOD.replace(".5", "1e-400"), id="too small for a float"),
        pytest.param(GOOD.replace("Edema", "EDEMA"), id="label in capitals"),
    ],
)
def test_what_is_only_unusual_is_read(data: str | bytes) -> None:
    assert len(read(data).score) == 1


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(b"", ("empty", None, None), id="empty"),
        pytest.param(DETECTION.encode(), ("no_rows", None, None), id="header only"),
        pytest.param(gzip.compress(GOOD.encode()), ("binary_file", None, None), id="gzip"),
        pytest.param(b"PK\x03\x04\x14\x00", ("binary_file", None, None), id="zip or spreadsheet"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0", ("binary_file", None, None), id="PNG"),
        pytest.param(b"\x7fELF\x02\x01\x01\0", ("binary_file", None, None), id="ELF"),
        pytest.param(GOOD.encode("utf-16"), ("encoding", 1, None), id="UTF-16"),
        pytest.param(GOOD.encode("utf-16-be"), ("encoding", 1, None), id="UTF-16 without its mark"),
        pytest.param(GOOD.encode() + b"\xe9\n", ("encoding", 4, None), id="Latin-1"),
        pytest.param(GOOD.encode() + b"\xc0\xaf\n", ("encoding", 4, None), id="overlong UTF-8"),
        pytest.param(GOOD.encode() + b"\xed\xa0\x80\n", ("encoding", 4, None), id="lone surrogate"),
        pytest.param(GOOD.encode() + b"a\0\n", ("nul_byte", 4, None), id="NUL"),
        pytest.param(GOOD.replace("\n", "\r").encode(), ("line_ending", 1, None), id="lone CR"),
        pytest.param(GOOD.encode() + b'a,"Edema,.5,1,2,3,4\n', ("quote", 4, None), id="unclosed quote"),
        pytest.param(GOOD.encode() + b'a,Ed"ema,.5,1,2,3,4\n', ("quote", 4, None), id="quote inside a cell"),
        pytest.param(GOOD.encode() + b"a" * 131_073, ("row_too_long", 4, None), id="cell beyond 131,072 bytes"),
        pytest.param(b"x" * 10_000_000, ("row_too_long", 1, None), id="one line of 10 MB"),
        pytest.param(b",".join([b"c%d" % i for i in range(100_000)]), ("row_too_long", 1, None), id="100,000 columns"),
        pytest.param(GOOD.replace(",", ";").encode(), ("delimiter", 1, None), id="semicolons"),
        pytest.param(GOOD.replace(",", "\t").encode(), ("delimiter", 1, None), id="tabs"),
        pytest.param(b"<!DOCTYPE html><html>\n<p>", ("extra_column", 1, "<!DOCTYPE html><html>"), id="HTML"),
        pytest.param(b"sep=,\n" + GOOD.encode(), ("extra_column", 1, "sep="), id="a spreadsheet's first line"),
        pytest.param(codecs.BOM_UTF8 * 2 + GOOD.encode(), ("extra_column", 1, "\ufeffimage_id"), id="two marks"),
    ],
)
def test_a_file_of_another_kind_is_refused(data: bytes, fault: tuple[str, int | None, str | None]) -> None:
    assert detection_faults(data)[0] == fault


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x1c"])
def test_other_separators_than_a_line_feed_split_no_row(mark: str) -> None:
    assert detection_faults(GOOD + f"a{mark}b,Edema,.5,1,2,3,4\n") == [("unknown_image", 4, "image_id")]


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (DETECTION.replace("score,", ""), ("missing_column", 1, "score")),
        (DETECTION.replace("score", "score,note"), ("extra_column", 1, "note")),
        (DETECTION.replace("score", "score,rad_id"), ("extra_column", 1, "rad_id")),
        (DETECTION.replace("score", "score,score"), ("duplicate_column", 1, "score")),
        (DETECTION.replace("score", "Score"), ("extra_column", 1, "Score")),
        (DETECTION.replace("score", " score"), ("extra_column", 1, " score")),
        (DETECTION.replace("class", "сlass"), ("extra_column", 1, "сlass_name")),
        (DETECTION.replace("score", "<script>"), ("extra_column", 1, "<script>")),
        (DETECTION.replace("score", ""), ("extra_column", 1, "")),
    ],
)
def test_a_wrong_header_is_refused(header: str, fault: tuple[str, int, str]) -> None:
    assert fault in detection_faults(header + BOX)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",Edema,.5,1,2,3,4", ("empty_cell", 4, "image_id")),
        ("c,Edema,.5,1,2,3,4", ("unknown_image", 4, "image_id")),
        (" a,Edema,.5,1,2,3,4", ("unknown_image", 4, "image_id")),
        ("a.0,Edema,.5,1,2,3,4", ("unknown_image", 4, "image_id")),
        ("a,Edema,.5,1,2,3", ("short_row", 4, None)),
        ("a,Edema,.5,1,2,3,4,5", ("long_row", 4, None)),
        ("a,Edema,.5,1,2,3,", ("empty_cell", 4, "y_max")),
        ("a,Oedema,.5,1,2,3,4", ("unknown_class", 4, "class_name")),
        ("a,COPD,.5,1,2,3,4", ("unknown_class", 4, "class_name")),
        ("a,Edema,1.5,1,2,3,4", ("out_of_range", 4, "score")),
        ("a,Edema,.5,1,2,1,4", ("degenerate_box", 4, "x_max")),
        ("a,Edema,.5,3,2,1,4", ("degenerate_box", 4, "x_max")),
        ("a,Edema,.5,1,4,3,2", ("degenerate_box", 4, "y_max")),
        ("a,Edema,.5,1,2,1e308,4", ("out_of_range", 4, "x_max")),
        ("a,Edema,.5,NaN,2,3,4", ("bad_number", 4, "x_min")),
        ("b,No finding,,,,,", ("duplicate_no_finding", 4, "class_name")),
        ("a,No finding,,,,,", ("no_finding_with_boxes", 4, "class_name")),
        ("\n", ("blank_line", 4, None)),
    ],
)
def test_a_wrong_row_is_refused_at_its_line(row: str, fault: tuple[str, int, str | None]) -> None:
    assert detection_faults(f"{GOOD}{row}\n{'' if row.strip() else BOX}")[0] == fault


@pytest.mark.parametrize(
    ("number", "code"),
    [
        *((text, "bad_number") for text in ("nan", "NaN", "-nan", "inf", "-inf", "Infinity", "1_0", "０.５", "٠")),
        *((text, "bad_number") for text in ("\u00a00.5", " .5", "0x1p3", "True", '"0,5"', "=1+1", "+.5", ".", "1e")),
        *((text, "bad_number") for text in ("1" * 5_000, "0." + "5" * 50_000, "0" * 33, "1e-")),
        *(
            (text, "out_of_range")
            for text in ("1e309", "1e400", "1e308", "1e0001", "1e99999", "-0.1", "1.0000001", "-1e-30")
        ),
    ],
)
def test_what_is_no_probability_is_refused_in_both_tracks(number: str, code: str) -> None:
    assert detection_faults(DETECTION + f"a,Edema,{number},1,2,3,4\n" + END) == [(code, 2, "score")]
    assert classification_faults(f"image_id,Edema\na,{number}\nb,0.5\n", ["Edema"]) == [(code, 2, "Edema")]


def test_ten_million_rows_are_answered_at_the_cap() -> None:
    data = DETECTION.encode() + BOX.encode() * 1_000_001

    assert ("too_many_rows", 1_000_002, None) in detection_faults(data)


def test_boxes_on_a_grid_meet_the_cap_and_a_box_of_the_whole_image_is_read() -> None:
    grid = "".join(f"a,Edema,.5,{x},{y},{x + 1},{y + 1}\n" for x in range(18) for y in range(18))

    assert detection_faults(DETECTION + grid + END) == [("too_many_boxes", 302, "image_id")]
    assert len(read(DETECTION + "a,Edema,1,0,0,1000,1000\na,My finding,1,0,0,1000,1000\n" + END).score) == 2


def test_without_any_box_the_score_is_0_and_not_undefined() -> None:
    truth = box_truth([("a", "Edema", 0.0, 0.0, 1.0, 1.0)], images=["b"])
    found = read_detections(
        (DETECTION + "a,No finding,,,,,\n" + END).encode(), manifest=Manifest(truth.image_ids), labels=LOCAL
    )

    assert score_detection(truth, found, metric=parse_metric("coco"), resamples=0).value == 0.0
