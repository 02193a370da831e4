import numpy as np
import pytest

from scoring.labels import LOCAL
from scoring.manifest import Manifest
from scoring.predictions import SERVER_LIMITS, read_detections
from tests.scoring.faults_of import TWO_IMAGES, detection_faults, faults_of, refusal

HEADER = "image_id,PredictionString\n"


def faults(rows: str) -> list[tuple[str, int | None, str | None]]:
    reading = (HEADER + rows).encode()
    return faults_of(lambda: read_detections(reading, manifest=TWO_IMAGES, labels=LOCAL, limits=SERVER_LIMITS))


@pytest.mark.parametrize("header", [HEADER, "PredictionString,image_id\n", "ID,TARGET\n", "TARGET,ID\n"])
@pytest.mark.parametrize("nothing", ["14 1 0 0 1 1", "14 1.0 0 0 1 1", ""])
def test_kaggles_form_is_known_by_its_header_in_both_spellings(header: str, nothing: str) -> None:
    rows = [("a", "3 0.9 10 20 30.5 40 7 .25 1 2 3 4"), ("b", nothing)]
    if header.startswith(("Pred", "TARGET")):
        rows = [(boxes, image) for image, boxes in rows]
    file = header + "".join(f"{left},{right}\n" for left, right in rows)

    read = read_detections(file.encode(), manifest=TWO_IMAGES, labels=LOCAL)
    assert [read.labels[i] for i in read.label] == ["Cardiomegaly", "Lung Opacity"]
    assert read.image.tolist() == [0, 0]
    assert read.box.tolist() == [[10, 20, 30.5, 40], [1, 2, 3, 4]]
    assert (read.rows, read.notices) == (2, ())


def test_no_finding_beside_boxes_is_dropped_and_counted() -> None:
    file = HEADER + "a,14 0.3 0 0 1 1 3 0.9 10 20 30 40 14 .1 0 0 1 1\nb,14 1 0 0 1 1\n"

    read = read_detections(file.encode(), manifest=TWO_IMAGES, labels=LOCAL)
    assert len(read.score) == 1
    assert [(notice.code, notice.count) for notice in read.notices] == [("no_finding_dropped", 2)]


def test_spaces_may_be_doubled_or_at_the_ends() -> None:
    file = HEADER + "a, 3 0.9  10 20 30 40 \nb, \n"

    assert read_detections(file.encode(), manifest=TWO_IMAGES, labels=LOCAL).box.tolist() == [[10, 20, 30, 40]]


def test_the_same_boxes_in_either_form_are_the_same_detections() -> None:
    kaggle = HEADER + "b,0 .5 1 2 3 4 6 .5 1 2 3 4\na,13 0.75 5 6 7 8\n"
    native = (
        "image_id,class_name,score,x_min,y_min,x_max,y_max\na,Pulmonary fibrosis,.75,5,6,7,8\n"
        "b,Infiltration,.5,1,2,3,4\nb,Aortic enlargement,.5,1,2,3,4\n"
    )

    one, other = (read_detections(file.encode(), manifest=TWO_IMAGES, labels=LOCAL) for file in (kaggle, native))
    for name in ("image", "label", "score", "box"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("a,3 0.9 10 20 30\nb,\n", [("bad_prediction_string", 2)]),
        ("a,3 0.9 10 20 30 40 3\nb,\n", [("bad_prediction_string", 2)]),
        ("a,\nb,15 0.9 10 20 30 40\n", [("unknown_class", 3)]),
        ("a,\nb,03 0.9 10 20 30 40\n", [("unknown_class", 3)]),
        ("a,\nb,3.0 0.9 10 20 30 40\n", [("unknown_class", 3)]),
        ("a,\nb,Edema 0.9 10 20 30 40\n", [("unknown_class", 3)]),
        ("a,\nb,3 1.5 10 20 30 40\n", [("out_of_range", 3)]),
        ("a,\nb,3 nan 10 20 30 40\n", [("bad_number", 3)]),
        ("a,\nb,3 .5\u00a010 20 30 40 50\n", [("bad_number", 3)]),
        ("a,\nb,14 nan 0 0 1 inf\n", [("bad_number", 3), ("bad_number", 3)]),
        ("a,\nb,3 .5 10 20 10 40\n", [("degenerate_box", 3)]),
        ("a,\nb,3 .5 10 20 1e7 40\n", [("out_of_range", 3)]),
    ],
)
def test_faults_of_a_box_have_the_line_and_the_column(rows: str, expected: list[tuple[str, int]]) -> None:
    assert faults(rows) == [(code, line, "PredictionString") for code, line in expected]


def test_a_fault_in_a_cell_says_which_box_and_number() -> None:
    file = HEADER + "a,3 .5 1 2 3 4 3 .5 1 x 3 4\nb,\n"
    fault = refusal(lambda: read_detections(file.encode(), manifest=TWO_IMAGES, labels=LOCAL))

    assert fault.problems[0].detail.startswith("Box 2, number 4: 'x' is not a plain decimal")
    assert fault.problems[0].value == "x"


def test_faults_of_one_cell_are_in_its_order() -> None:
    file = "ID,TARGET\na,3 x 1 2 3 4 99 .5 1 y 3 4\nb,\n"
    fault = refusal(lambda: read_detections(file.encode(), manifest=TWO_IMAGES, labels=LOCAL))

    assert [(problem.column, problem.value) for problem in fault.problems] == [
        ("TARGET", "x"),
        ("TARGET", "99"),
        ("TARGET", "y"),
    ]


def test_each_image_is_there_exactly_once() -> None:
    assert faults("a,\na,3 .5 1 2 3 4\nz,\n") == [
        ("duplicate_image", 3, "image_id"),
        ("unknown_image", 4, "image_id"),
        ("missing_image", None, "image_id"),
    ]


def test_a_class_that_the_track_lacks_is_unknown() -> None:
    assert detection_faults(HEADER + "a,3 .5 1 2 3 4\nb,14 1 0 0 1 1\n") == [("unknown_class", 2, "PredictionString")]


def test_an_image_has_no_more_boxes_than_the_limit() -> None:
    boxes = " ".join(["3 .5 1 2 3 4"] * 301)

    assert faults(f"a,{boxes}\nb,\n") == [("too_many_boxes", 2, "image_id")]


def test_other_columns_are_faults_of_the_header() -> None:
    assert detection_faults("image_id,PredictionString,note\na,,\nb,,\n") == [("extra_column", 1, "note")]
    assert detection_faults("ID,PredictionString\na,\n") == [
        ("extra_column", 1, "ID"),
        ("missing_column", 1, "image_id"),
    ]


def test_quoted_cells_of_many_rows_are_read_too() -> None:
    images = Manifest(tuple(f"{i:05}" for i in range(9000)))
    boxes = " ".join(["3 .5 1 2 3 4"] * 5)
    file = HEADER + "".join(f'"{image}","{boxes}"\n' for image in images.image_ids)

    assert len(read_detections(file.encode(), manifest=images, labels=LOCAL).score) == 45_000
