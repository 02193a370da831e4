"""The fifteen checks of ground truth on the released form of VinDr-CXR's files: each fires, with its severity."""

import numpy as np
import pytest

from scoring import CHECKS, OVERRIDABLE, check_of
from scoring.box_truth import read_box_truth
from scoring.label_truth import read_label_truth
from scoring.labels import ALL, GLOBAL, LOCAL
from scoring.manifest import Manifest
from scoring.rules import check_vindr_rules
from scoring.truth_remarks import merge_repeated, remarks_on_boxes
from tests.scoring.faults_of import refusal
from tests.scoring.released import labels_of_images, released_boxes, released_labels

LABELS = labels_of_images(60)
SICK = next(image for image, names in LABELS.items() if "Cardiomegaly" in names)
WELL = next(image for image, names in LABELS.items() if names == ["No finding"])
BOXES, COLUMNS = released_boxes(LABELS), released_labels(LABELS)
BOX_HEADER = b"image_id,class_name,x_min,y_min,x_max,y_max\n"


def with_labels(image: str, *names: str) -> bytes:
    return released_labels({**LABELS, image: list(names)})


def with_row(row: str) -> bytes:
    return BOXES + f"{row}\n".encode()


def rule_codes(boxes: bytes | None, labels: bytes | None) -> set[str]:
    return {problem.code for problem in check_vindr_rules(boxes, labels)}


def read_codes(data: bytes) -> set[str]:
    read = read_box_truth if data.startswith(BOX_HEADER) else read_label_truth
    return {problem.code for problem in refusal(lambda: read(data)).problems}


def keys_of(codes: set[str]) -> set[str]:
    return {check.key for code in codes if (check := check_of(code)) is not None}


@pytest.mark.parametrize("with_global_rows", [False, True])
def test_the_released_files_are_read_as_they_are_and_keep_the_rules(with_global_rows: bool) -> None:
    boxes = released_boxes(LABELS, with_global_rows=with_global_rows)

    assert check_vindr_rules(boxes, COLUMNS) == ()
    truth = read_box_truth(boxes, labels=LOCAL)
    labels = read_label_truth(COLUMNS, labels=GLOBAL)
    assert truth.labels == LOCAL
    assert labels.labels == GLOBAL
    assert len(labels.image_ids) == 60
    assert labels.values[:, GLOBAL.index("Other diseases")].sum() == sum("Other disease" in v for v in LABELS.values())
    assert len(truth.box) == sum(name in LOCAL for names in LABELS.values() for name in names)


def test_there_are_fifteen_checks_and_no_code_belongs_to_two() -> None:
    codes = [code for check in CHECKS for code in check.codes]

    assert [check.key for check in CHECKS] == [f"G{number}" for number in range(1, 16)]
    assert len(set(codes)) == len(codes)
    assert [check.key for check in CHECKS if check.vindr] == ["G1", "G2", "G3", "G4", "G5", "G6"]
    assert OVERRIDABLE == ("G1",)


@pytest.mark.parametrize(
    ("key", "severity", "boxes", "labels"),
    [
        ("G1", "overridable", None, with_labels(WELL, "Edema")),
        ("G2", "error", None, with_labels(WELL, "No finding", "Pneumonia")),
        ("G3", "error", with_row(f"{WELL},Edema,1,2,3,4"), COLUMNS),
        ("G4", "error", None, with_labels(WELL)),
        ("G5", "error", BOXES, with_labels(SICK, "Edema", "Pneumonia")),
        ("G6", "error", with_row(f"{SICK},Pneumonia,1,2,3,4"), COLUMNS),
        ("G6", "error", with_row(f"{SICK},Mass,1,2,3,4"), COLUMNS),
        ("G11", "error", None, COLUMNS.replace(WELL.encode(), WELL.upper().encode())),
        ("G11", "error", with_row(f"{'0' * 32},Edema,1,2,3,4"), COLUMNS),
        ("G12", "error", None, COLUMNS.replace(b",Edema,", b",Oedema,")),
    ],
)
def test_a_broken_labelling_rule_is_found(key: str, severity: str, boxes: bytes | None, labels: bytes | None) -> None:
    found = keys_of(rule_codes(boxes, labels))

    assert key in found
    assert next(check.severity for check in CHECKS if check.key == key) == severity


@pytest.mark.parametrize(
    ("key", "severity", "data"),
    [
        ("G7", "error", with_row(f"{SICK},Edema,,,,")),
        ("G7", "error", with_row(f"{SICK},Edema,1,,3,4")),
        ("G7", "error", with_row(f"{WELL},No finding,1,,,")),
        ("G8", "error", with_row(f"{SICK},Edema,1,2,inf,4")),
        ("G8", "error", with_row(f"{SICK},Edema,1,2,1,4")),
        ("G8", "error", with_row(f"{SICK},Edema,1,5,3,4")),
        ("G11", "error", COLUMNS + COLUMNS.splitlines()[-1]),
        ("G12", "error", COLUMNS.replace(b",1,", b",2,", 1)),
        ("G12", "error", COLUMNS.replace(b",1,", b",1.0,", 1)),
        ("G13", "error", b"image_id,rad_id,Edema\na,R1,0\na,R2,1\na,R3,1\n"),
    ],
)
def test_a_file_that_is_no_truth_is_refused(key: str, severity: str, data: bytes) -> None:
    assert key in keys_of(read_codes(data))
    assert next(check.severity for check in CHECKS if check.key == key) == severity


def test_an_empty_coordinate_row_of_a_global_label_is_taken_and_makes_no_box() -> None:
    truth = read_box_truth(with_row(f"{SICK},Other disease,,,,"), labels=LOCAL)

    assert len(truth.box) == len(read_box_truth(BOXES, labels=LOCAL).box)


def test_boxes_outside_their_image_are_counted_and_stay() -> None:
    rows = b"a,Edema,-1,0,5,5\na,Edema,0,0,101,5\na,Edema,0,0,5,90\nb,Edema,0,0,999,999\nc,Edema,-5,0,5,5\n"
    truth = read_box_truth(BOX_HEADER + rows)
    sizes = np.array([100.0, np.nan, np.nan]), np.array([80.0, np.nan, np.nan])

    (notice,) = remarks_on_boxes(truth, Manifest(("a", "b", "c"), *sizes))
    assert (notice.code, notice.count) == ("box_outside_image", 3)
    assert keys_of({notice.code}) == {"G9"}
    assert remarks_on_boxes(truth, Manifest(("a", "b", "c"))) == ()


def test_a_box_that_stands_twice_counts_once_and_one_of_two_classes_twice() -> None:
    rows = b"a,Edema,1,2,3,4\na,ILD,1,2,3,4\na,Edema,1,2,3.0,4\nb,Edema,1,2,3,4\na,Edema,1,2,3,4\n"

    truth, (notice,) = merge_repeated(read_box_truth(BOX_HEADER + rows))

    assert (notice.code, notice.count) == ("repeated_box", 2)
    assert keys_of({notice.code}) == {"G10"}
    assert [(truth.image_ids[i], truth.labels[k]) for i, k in zip(truth.image, truth.label, strict=True)] == [
        ("a", "Edema"),
        ("a", "ILD"),
        ("b", "Edema"),
    ]
    assert merge_repeated(truth) == (truth, ())


def test_the_28_columns_of_the_released_header_are_the_28_labels() -> None:
    assert set(read_label_truth(COLUMNS).labels) == set(ALL)
