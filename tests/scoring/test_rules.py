import json
from collections.abc import Mapping

import pytest

from scoring.errors import FaultyFile
from scoring.labels import ALL
from scoring.rules import check_vindr_rules
from tests.scoring.faults_of import places, refusal

SICK, WELL = "0" * 32, "f" * 32
BOXES = f"image_id,class_name,x_min,y_min,x_max,y_max\n{SICK},ILD,1,2,3,4\n{WELL},No finding,,,,\n"


def labels_file(images: Mapping[str, set[str]]) -> bytes:
    rows = [",".join([image, *("1" if label in labels else "0" for label in ALL)]) for image, labels in images.items()]
    return "\n".join([",".join(["image_id", *ALL]), *rows]).encode()


LABELS = labels_file({SICK: {"ILD", "Other diseases"}, WELL: {"No finding"}})


def breaches(boxes: str | None, labels: bytes | None) -> list[tuple[str, int | None, str | None]]:
    return places(check_vindr_rules(None if boxes is None else boxes.encode(), labels))


@pytest.mark.parametrize(("boxes", "labels"), [(BOXES, LABELS), (BOXES, None), (None, LABELS), (None, None)])
def test_files_that_keep_the_rules_break_none(boxes: str | None, labels: bytes | None) -> None:
    assert breaches(boxes, labels) == []


def test_every_image_has_a_global_label() -> None:
    labels = labels_file({SICK: {"ILD"}, WELL: {"No finding"}})

    assert breaches(BOXES, labels) == [("no_global_label", 2, "No finding")]


def test_every_image_has_some_label() -> None:
    assert breaches(None, labels_file({WELL: set()})) == [("no_label", 2, "No finding")]


def test_no_finding_excludes_all_other_labels() -> None:
    labels = labels_file({WELL: {"No finding", "COPD"}})

    assert breaches(None, labels) == [("finding_with_no_finding", 2, "No finding")]


def test_no_finding_excludes_boxes() -> None:
    boxes = BOXES + f"{WELL},ILD,1,2,3,4\n"

    assert breaches(boxes, LABELS) == [
        ("box_with_no_finding", 4, "image_id"),
        ("box_without_label", 4, "class_name"),
    ]


def test_a_local_label_has_a_box_and_a_box_its_label() -> None:
    labels = labels_file({SICK: {"Edema", "Other diseases"}, WELL: {"No finding"}})

    assert breaches(BOXES, labels) == [("label_without_box", 2, "Edema"), ("box_without_label", 2, "class_name")]


def test_a_global_label_has_no_box_and_other_classes_none_either() -> None:
    boxes = BOXES + f"{SICK},Pneumonia,1,2,3,4\n{SICK},COPD,,,,\n{SICK},Mass,1,2,3,4\n"

    assert breaches(boxes, LABELS) == [("box_of_global_label", 4, "class_name"), ("unknown_class", 6, "class_name")]


def test_a_box_is_on_an_image_of_the_labels_file() -> None:
    boxes = BOXES + f"{'1' * 32},ILD,1,2,3,4\n"

    assert breaches(boxes, LABELS) == [("unknown_image", 4, "image_id")]


@pytest.mark.parametrize("image_id", ["F" * 32, "f" * 31, "f" * 33, "g" * 32, "1.png"])
def test_image_ids_are_32_hexadecimal_digits(image_id: str) -> None:
    assert breaches(None, labels_file({image_id: {"No finding"}})) == [("image_id_form", 2, "image_id")]
    boxes = f"image_id,class_name,x_min,y_min,x_max,y_max\n{image_id},ILD,1,2,3,4\n"
    assert breaches(boxes, None) == [("image_id_form", 2, "image_id")]


def test_the_labels_file_has_all_28_columns_and_no_other() -> None:
    labels = LABELS.replace(b",Edema,", b",Oedema,")

    assert breaches(BOXES, labels) == [("missing_column", 1, "Edema"), ("extra_column", 1, "Oedema")]


def test_the_released_files_spellings_and_one_reader_are_welcome() -> None:
    labels = LABELS.replace(b"Other diseases", b"Other disease").replace(b"Lung Opacity", b"Lung opacity")

    assert breaches(BOXES, labels) == []


def test_a_file_that_is_no_ground_truth_is_faulty_here_too() -> None:
    with pytest.raises(FaultyFile):
        check_vindr_rules(BOXES.replace("1,2,3,4", "1,2,1,4").encode(), LABELS)
    with pytest.raises(FaultyFile):
        check_vindr_rules(None, LABELS.replace(b",1", b",2"))


def test_every_problem_can_be_written_as_json() -> None:
    boxes = b"image_id,class_name,x_min,y_min,x_max,y_max,rad_id\n" + b"a,Edema,1,2,3,4,R1\n" * 2
    several = refusal(lambda: check_vindr_rules(boxes + b"a,Edema,1,2,3,4,R2\n", None))

    assert json.loads(json.dumps(several.as_json()))["problems"][0]["line"] == 4
    assert [json.dumps(problem.as_json()) for problem in check_vindr_rules(boxes, None)]
