import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.detections import Detections
from scoring.labels import LOCAL
from scoring.manifest import Manifest
from scoring.predictions import SERVER_LIMITS, Limits, read_detections
from tests.scoring.faults_of import BOX, DETECTION, LABELS, TWO_IMAGES, detection_faults, kept_and_total, refusal

NOTHING_ON_B = "b,No finding,,,,,\n"


def read(rows: str, manifest: Manifest = TWO_IMAGES, limits: Limits = SERVER_LIMITS) -> Detections:
    return read_detections((DETECTION + rows).encode(), manifest=manifest, labels=LABELS, limits=limits)


def as_rows(detections: Detections) -> list[tuple[object, ...]]:
    columns = (detections.image, detections.label, detections.score, detections.box)
    return [
        (detections.image_ids[image], detections.labels[label], score, *box)
        for image, label, score, box in zip(*(column.tolist() for column in columns), strict=True)
    ]


def test_boxes_are_read_in_canonical_order() -> None:
    detections = read(
        "b,My finding,.5,5,6,7,8\na,nodule/mass,.5,1,2,3,4\na,Edema,.5,1,2,3,4\nb,Edema,0.9,0,0,1e1,9.5\n"
    )

    assert as_rows(detections) == [
        ("b", "Edema", 0.9, 0, 0, 10, 9.5),
        ("a", "Edema", 0.5, 1, 2, 3, 4),
        ("a", "Nodule/Mass", 0.5, 1, 2, 3, 4),
        ("b", "My finding", 0.5, 5, 6, 7, 8),
    ]
    assert (detections.rows, detections.notices) == (4, ())


def test_an_image_without_a_box_has_one_row_that_says_so() -> None:
    detections = read(BOX + "b,no FINDING,,,,,\n")

    assert as_rows(detections) == [("a", "Edema", 0.5, 1, 2, 3, 4)]
    assert detections.rows == 2


def test_a_file_without_any_box_is_in_order() -> None:
    detections = read("a,No finding,,,,,\n" + NOTHING_ON_B)

    assert detections.box.shape == (0, 4)
    assert detections.notices == ()


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        (NOTHING_ON_B, [("missing_image", None, "image_id")]),
        (BOX + "b,No finding,,,,,\nb,No finding,,,,,\n", [("duplicate_no_finding", 4, "class_name")]),
        (BOX + NOTHING_ON_B + "a,No finding,,,,,\n", [("no_finding_with_boxes", 4, "class_name")]),
        ("a,No finding,,,,,\n" + BOX + NOTHING_ON_B, [("no_finding_with_boxes", 2, "class_name")]),
        (BOX + "b,No finding,1,,,,\n", [("no_finding_not_empty", 3, "score")]),
        (
            BOX + "b,No finding,1,0,0,1,1\n",
            [("no_finding_not_empty", 3, column) for column in ("score", "x_min", "y_min", "x_max", "y_max")],
        ),
        (BOX + NOTHING_ON_B + "c,Edema,.5,1,2,3,4\n", [("unknown_image", 4, "image_id")]),
        (BOX + NOTHING_ON_B + " a,Edema,.5,1,2,3,4\n", [("unknown_image", 4, "image_id")]),
        (BOX + NOTHING_ON_B + "A,Edema,.5,1,2,3,4\n", [("unknown_image", 4, "image_id")]),
        (BOX + NOTHING_ON_B + ",Edema,.5,1,2,3,4\n", [("empty_cell", 4, "image_id")]),
        (BOX + NOTHING_ON_B + "a,,.5,1,2,3,4\n", [("empty_cell", 4, "class_name")]),
        (BOX + NOTHING_ON_B + "a,Effusion,.5,1,2,3,4\n", [("unknown_class", 4, "class_name")]),
        (BOX + NOTHING_ON_B + "a,Edema ,.5,1,2,3,4\n", [("unknown_class", 4, "class_name")]),
        (BOX + NOTHING_ON_B + "a,my finding,.5,1,2,3,4\n", [("unknown_class", 4, "class_name")]),
        (BOX + NOTHING_ON_B + "a,Pneumonia,.5,1,2,3,4\n", [("unknown_class", 4, "class_name")]),
        ("a,Edema,1.0000001,1,2,3,4\n" + NOTHING_ON_B, [("out_of_range", 2, "score")]),
        ("a,Edema,-0.1,1,2,3,4\n" + NOTHING_ON_B, [("out_of_range", 2, "score")]),
        ("a,Edema,,1,2,3,4\n" + NOTHING_ON_B, [("empty_cell", 2, "score")]),
        ("a,Edema,.5,1,2,,4\n" + NOTHING_ON_B, [("empty_cell", 2, "x_max")]),
        ("a,Edema,.5,nan,2,3,4\n" + NOTHING_ON_B, [("bad_number", 2, "x_min")]),
        ("a,Edema,.5,1,2,1e308,4\n" + NOTHING_ON_B, [("out_of_range", 2, "x_max")]),
        ("a,Edema,.5,1,2,3,1000001\n" + NOTHING_ON_B, [("out_of_range", 2, "y_max")]),
        ("a,Edema,.5,3,2,3,4\n" + NOTHING_ON_B, [("degenerate_box", 2, "x_max")]),
        ("a,Edema,.5,4,2,3,4\n" + NOTHING_ON_B, [("degenerate_box", 2, "x_max")]),
        ("a,Edema,.5,1,4,3,2\n" + NOTHING_ON_B, [("degenerate_box", 2, "y_max")]),
        ('a,Edema,"0,5",1,2,3,4\n' + NOTHING_ON_B, [("bad_number", 2, "score")]),
        ("a,Edema,0,5,1,2,3,4\n" + NOTHING_ON_B, [("long_row", 2, None)]),
        ("a,Edema,0.5\n" + NOTHING_ON_B, [("short_row", 2, None)]),
        ("", [("no_rows", None, None)]),
    ],
)
def test_each_fault_has_its_code_line_and_column(rows: str, faults: list[tuple[str, int | None, str | None]]) -> None:
    assert detection_faults(DETECTION + rows) == faults


def test_all_faults_are_reported_in_file_order_and_missing_images_last() -> None:
    assert detection_faults(DETECTION + "a,Edema,2,3,2,1,x\n\nz,?\na,Foo,nan,1,2,3,4\n") == [
        ("out_of_range", 2, "score"),
        ("degenerate_box", 2, "x_max"),
        ("bad_number", 2, "y_max"),
        ("blank_line", 3, None),
        ("short_row", 4, None),
        ("unknown_class", 5, "class_name"),
        ("bad_number", 5, "score"),
        ("missing_image", None, "image_id"),
    ]


def test_an_image_whose_only_row_is_faulty_is_not_missing() -> None:
    assert detection_faults(DETECTION + BOX + "b,Edema\n") == [("short_row", 3, None)]


def test_a_fault_names_the_offending_text() -> None:
    fault = refusal(lambda: read(BOX + NOTHING_ON_B + "train-7,Edema,.5,1,2,3,4\n"))

    assert fault.problems[0].value == "train-7"


def test_an_image_with_more_boxes_than_the_limit_is_told_once_at_the_first_too_many() -> None:
    rows = [f"a,Edema,.5,{i},2,1000,4\n" for i in range(305)]

    assert detection_faults(DETECTION + NOTHING_ON_B + "".join(rows)) == [("too_many_boxes", 303, "image_id")]
    assert len(read(NOTHING_ON_B + "".join(rows[:300])).score) == 300
    assert len(read(NOTHING_ON_B + "".join(rows), limits=Limits(None, None, None)).score) == 305


def test_after_too_many_rows_nothing_is_said_to_be_missing() -> None:
    limits = Limits(None, 1, None)
    fault = refusal(lambda: read(BOX + NOTHING_ON_B, limits=limits))

    assert [(problem.code, problem.line) for problem in fault.problems] == [("too_many_rows", 3)]


def test_boxes_may_leave_the_image_and_are_counted_where_its_size_is_known() -> None:
    sized = Manifest(("a", "b"), np.array([100.0, np.nan]), np.array([50.0, np.nan]))
    rows = "a,Edema,.5,-1,0,10,10\na,Edema,.6,0,0,100,50\na,Edema,.7,0,0,100,50.5\nb,Edema,.5,-9,0,9999,10\n"

    (notice,) = read(rows, sized).notices
    assert (notice.code, notice.count) == ("boxes_outside_image", 2)
    assert read(rows).notices == ()


def test_when_most_boxes_leave_the_image_width_and_height_are_suspected() -> None:
    sized = Manifest(("a", "b"), np.array([100.0, 100.0]), np.array([50.0, 50.0]))

    notices = read("a,Edema,.5,0,0,500,500\n" + NOTHING_ON_B, sized).notices
    assert [notice.code for notice in notices] == ["boxes_outside_image", "most_boxes_outside_image"]


def test_exact_repetitions_are_kept_and_counted() -> None:
    detections = read(BOX * 3 + "a,Nodule/Mass,0.5,1,2,3,4\n" + NOTHING_ON_B)

    assert len(detections.score) == 4
    assert [(notice.code, notice.count) for notice in detections.notices] == [("duplicate_rows", 2)]


def test_coordinates_that_look_like_shares_are_remarked_on() -> None:
    (notice,) = read("a,Edema,.5,0.1,0.2,0.3,0.4\n" + NOTHING_ON_B).notices

    assert (notice.code, notice.count) == ("normalised_coordinates", 1)


def test_without_labels_the_labels_are_those_found_in_order() -> None:
    rows = "a,mass,.5,1,2,3,4\na,lung opacity,.5,1,2,3,4\nb,No finding,,,,,\na,Zebra,.4,1,2,3,4\n"
    detections = read_detections((DETECTION + rows).encode(), manifest=TWO_IMAGES, labels=None)

    assert detections.labels == ("Lung Opacity", "Zebra", "mass")
    assert [detections.labels[i] for i in detections.label] == ["Lung Opacity", "mass", "Zebra"]


def test_without_labels_a_class_still_has_no_blanks_around_it() -> None:
    fault = refusal(
        lambda: read_detections((DETECTION + BOX + "b, Edema,.5,1,2,3,4\n").encode(), manifest=TWO_IMAGES, labels=None)
    )

    assert [(problem.code, problem.line) for problem in fault.problems] == [("surrounding_blanks", 3)]


IMAGES = Manifest(tuple(sorted(["a", "b", "Z", "é", "\U0001f600", "\uffee"])))
finite = st.integers(0, 3).map(float)
row = st.tuples(
    st.sampled_from(IMAGES.image_ids), st.sampled_from(LOCAL[:4]), st.sampled_from(["0", ".5", "1"]), finite, finite
)


@given(st.lists(row, min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_shuffled_rows_give_the_same_bits(
    rows: list[tuple[str, str, str, float, float]], chance: random.Random
) -> None:
    lines = [f"{image},{label},{score},{x},{y},{x + 1},{y + 2}\n" for image, label, score, x, y in rows]
    boxed = {line[0] for line in rows}
    lines += [f"{image},No finding,,,,,\n" for image in IMAGES.image_ids if image not in boxed]
    shuffled = chance.sample(lines, len(lines))

    one, other = (
        read_detections((DETECTION + "".join(order)).encode(), manifest=IMAGES, labels=LOCAL)
        for order in (lines, shuffled)
    )
    for name in ("image", "label", "score", "box"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


@given(st.lists(row, min_size=1, max_size=40))
def test_the_order_is_score_then_bytes_of_image_and_label_then_corners(
    rows: list[tuple[str, str, str, float, float]],
) -> None:
    lines = [f"{image},{label},{score},{x},{y},{x + 1},{y + 2}\n" for image, label, score, x, y in rows]
    boxed = {line[0] for line in rows}
    lines += [f"{image},No finding,,,,,\n" for image in IMAGES.image_ids if image not in boxed]
    read = as_rows(read_detections((DETECTION + "".join(lines)).encode(), manifest=IMAGES, labels=LOCAL))

    def key(row: tuple[object, ...]) -> tuple[object, ...]:
        image, label, score, *box = row
        return (-float(str(score)), str(image).encode(), str(label).encode(), *box)

    assert read == sorted(read, key=key)
    assert len(read) == len(rows)


@given(st.binary(max_size=200), st.sampled_from([b"", DETECTION.encode(), b"image_id,PredictionString\n"]))
def test_any_bytes_are_read_or_refused_as_a_faulty_file(data: bytes, start: bytes) -> None:
    kept, total = kept_and_total(lambda: read_detections(start + data, manifest=TWO_IMAGES, labels=None))

    assert kept == min(total, 100)


@given(st.text('a,b"\n\r;1.e-5 Nofindg', max_size=120), st.sampled_from(["", DETECTION, "ID,TARGET\n"]))
def test_any_arrangement_of_csv_is_read_or_refused_as_a_faulty_file(text: str, start: str) -> None:
    data = (start + text).encode()
    kept, total = kept_and_total(lambda: read_detections(data, manifest=TWO_IMAGES, labels=None))

    assert kept == min(total, 100)
