import json

import numpy as np
import pytest

from scoring.convert import convert_coco, convert_kaggle
from scoring.labels import LOCAL
from scoring.manifest import Manifest
from scoring.predictions import SERVER_LIMITS, read_detections
from tests.scoring.faults_of import TWO_IMAGES, faults_of

HEADER = b"image_id,class_name,score,x_min,y_min,x_max,y_max\n"


def coco(*entries: dict[str, object]) -> bytes:
    return json.dumps(entries).encode()


def entry(**changes: object) -> dict[str, object]:
    return {"image_id": "a", "category_id": 3, "bbox": [10, 20, 30.5, 40], "score": 0.5, **changes}


def test_coco_boxes_become_corners_and_categories_the_papers_labels() -> None:
    conversion = convert_coco(coco(entry(), entry(category_id=22, score=1, id=7)), manifest=TWO_IMAGES)

    assert conversion.csv == (
        HEADER + b"a,Other lesion,1,10,20,40.5,60\na,Cardiomegaly,0.5,10,20,40.5,60\nb,No finding,,,,,\n"
    )
    assert [(notice.code, notice.count) for notice in conversion.warnings] == [("images_without_box", 1)]


def test_an_empty_list_of_results_finds_nothing_on_any_image() -> None:
    assert convert_coco(b"[]", manifest=TWO_IMAGES).csv == HEADER + b"a,No finding,,,,,\nb,No finding,,,,,\n"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"image_id": "z"}, ("unknown_image", "[1].image_id")),
        ({"image_id": 7}, ("unknown_image", "[1].image_id")),
        ({"category_id": 0}, ("unknown_class", "[1].category_id")),
        ({"category_id": 23}, ("unknown_class", "[1].category_id")),
        ({"category_id": "3"}, ("unknown_class", "[1].category_id")),
        ({"category_id": True}, ("unknown_class", "[1].category_id")),
        ({"score": 1.5}, ("out_of_range", "[1].score")),
        ({"score": "0.5"}, ("out_of_range", "[1].score")),
        ({"score": False}, ("out_of_range", "[1].score")),
        ({"bbox": [1, 2, 3]}, ("bad_box", "[1].bbox")),
        ({"bbox": [1, 2, 3, "4"]}, ("bad_box", "[1].bbox")),
        ({"bbox": [1, 2, 3, 1e400]}, ("bad_json", None)),
        ({"bbox": [1, 2, 10**400, 4]}, ("bad_box", "[1].bbox")),
        ({"bbox": [10, 20, 0, 4]}, ("degenerate_box", "[1].bbox")),
        ({"bbox": [10, 20, 5, -4]}, ("degenerate_box", "[1].bbox")),
        ({"bbox": [999_999, 20, 5, 4]}, ("out_of_range", "[1].bbox")),
    ],
)
def test_faults_of_a_coco_entry_have_its_place(changes: dict[str, object], fault: tuple[str, str | None]) -> None:
    data = coco(entry(), entry(**changes))

    assert faults_of(lambda: convert_coco(data, manifest=TWO_IMAGES)) == [(fault[0], None, fault[1])]


def test_a_key_that_is_missing_is_named() -> None:
    data = coco({"image_id": "a", "category_id": 3, "score": 0.5})

    assert faults_of(lambda: convert_coco(data, manifest=TWO_IMAGES)) == [("missing_key", None, "[0].bbox")]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b'[{"image_id": "a",\n]', ("bad_json", 2, None)),
        (b'{"annotations": []}', ("bad_json", None, None)),
        (b"[1]", ("bad_json", None, None)),
        (b"[NaN]", ("bad_json", None, None)),
        (b"[" * 100_000, ("bad_json", None, None)),
        (b"[" + b"9" * 5000 + b"]", ("bad_json", None, None)),
        (b"", ("bad_json", 1, None)),
        (b'["\xff"]', ("encoding", 1, None)),
        (b"\x1f\x8b\x08", ("binary_file", None, None)),
    ],
)
def test_what_is_no_list_of_detections_is_refused(data: bytes, fault: tuple[str, int | None, str | None]) -> None:
    assert faults_of(lambda: convert_coco(data, manifest=TWO_IMAGES)) == [fault]


def test_corners_mistaken_for_sizes_are_suspected_when_most_boxes_leave_the_image() -> None:
    sized = Manifest(("a",), np.array([1000.0]), np.array([1000.0]))
    conversion = convert_coco(coco(entry(bbox=[600, 600, 900, 900])), manifest=sized)

    assert [warning.code for warning in conversion.warnings] == ["boxes_outside_image", "most_boxes_outside_image"]
    assert "[x, y, width, height]" in conversion.warnings[1].detail


@pytest.mark.parametrize("form", ["coco", "kaggle"])
def test_shares_of_the_image_instead_of_pixels_are_refused(form: str) -> None:
    results = coco(entry(bbox=[0.1, 0.2, 0.3, 0.4]))
    strings = b"image_id,PredictionString\na,3 .5 0.1 0.2 0.3 0.4\nb,\n"
    convert, data = (convert_coco, results) if form == "coco" else (convert_kaggle, strings)

    assert faults_of(lambda: convert(data, manifest=TWO_IMAGES)) == [("normalised_coordinates", None, None)]


def test_kaggles_form_is_rewritten_with_a_word_on_what_it_lacks() -> None:
    strings = b"image_id,PredictionString\na,3 .5 10 20 30 40 14 1 0 0 1 1\nb,\n"
    conversion = convert_kaggle(strings, manifest=TWO_IMAGES)

    assert conversion.csv == HEADER + b"a,Cardiomegaly,0.5,10,20,30,40\nb,No finding,,,,,\n"
    assert [(warning.code, warning.count) for warning in conversion.warnings] == [
        ("labels_without_class", 8),
        ("images_without_box", 1),
        ("no_finding_dropped", 1),
    ]
    for label in ("Clavicle fracture", "Edema", "Rib fracture"):
        assert label in conversion.warnings[0].detail


def test_a_file_not_in_kaggles_form_is_not_taken_for_one() -> None:
    faults = faults_of(lambda: convert_kaggle(HEADER + b"a,Edema,.5,1,2,3,4\n", manifest=TWO_IMAGES))

    assert ("missing_column", 1, "PredictionString") in faults


def test_what_is_converted_is_read_as_the_same_detections() -> None:
    strings = b"image_id,PredictionString\nb,3 .1 10.123456789 20 1e3 40 5 .3 1 2 3 4\na,0 1e-9 10 20 30 40\n"
    native = convert_kaggle(strings, manifest=TWO_IMAGES).csv

    one, other = (
        read_detections(data, manifest=TWO_IMAGES, labels=LOCAL, limits=SERVER_LIMITS) for data in (strings, native)
    )
    for name in ("image", "label", "score", "box"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
