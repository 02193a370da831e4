import pytest

from scoring.predictions import read_detections, read_probabilities
from tests.scoring.faults_of import BOX, DETECTION, LABELS, TWO_IMAGES, classification_faults, detection_faults, refusal

HEADER = DETECTION.strip()


def detections_of(file: str) -> list[list[float]]:
    return read_detections(file.encode(), manifest=TWO_IMAGES, labels=LABELS).box.tolist()


def test_columns_may_come_in_any_order() -> None:
    rows = [line.split(",") for line in (DETECTION + BOX + "b,No finding,,,,,\n").splitlines()]
    reordered = "\n".join(",".join(reversed(row)) for row in rows)

    assert detections_of(reordered) == detections_of(DETECTION + BOX + "b,No finding,,,,,\n") == [[1, 2, 3, 4]]


def test_faults_of_the_header_come_alone() -> None:
    header = HEADER.replace("score", "confidence") + ",note,note"

    assert detection_faults(f"{header}\nnonsense\n") == [
        ("extra_column", 1, "confidence"),
        ("extra_column", 1, "note"),
        ("extra_column", 1, "note"),
        ("missing_column", 1, "score"),
    ]


def test_a_column_that_is_there_twice_is_refused() -> None:
    assert detection_faults(f"{HEADER},score\n{BOX}") == [("duplicate_column", 1, "score")]


@pytest.mark.parametrize("name", ["Image_ID", " image_id", "image_id ", "image id", "im\u0430ge_id", "<script>", ""])
def test_a_column_is_named_to_the_letter(name: str) -> None:
    faults = detection_faults(DETECTION.replace("image_id", name) + BOX)

    assert faults == [("extra_column", 1, name), ("missing_column", 1, "image_id")]


def test_a_lookalike_letter_is_shown_escaped() -> None:
    file = DETECTION.replace("image_id", "im\u0430ge_id") + BOX
    fault = refusal(lambda: read_detections(file.encode(), manifest=TWO_IMAGES, labels=LABELS))

    assert r"im\u0430ge_id" in fault.problems[0].detail


def test_a_near_miss_is_told_the_right_spelling() -> None:
    file = DETECTION.replace("x_min", "XMin") + BOX
    fault = refusal(lambda: read_detections(file.encode(), manifest=TWO_IMAGES, labels=LABELS))

    assert "must be spelled 'x_min'" in fault.problems[0].detail


def test_very_many_columns_are_refused_with_a_hundred_problems() -> None:
    names = ",".join(f"c{i}" for i in range(10_000))
    fault = refusal(lambda: read_probabilities(f"{names}\n".encode(), manifest=TWO_IMAGES, labels=LABELS))

    assert (fault.total, len(fault.problems)) == (10_004, 100)


def test_a_hundred_thousand_columns_are_too_long_a_row() -> None:
    names = ",".join(f"c{i}" for i in range(100_000))

    assert classification_faults(f"{names}\n") == [("row_too_long", 1, None)]


def test_label_columns_follow_the_labels_spelling_rules() -> None:
    file = b"NODULE/MASS,image_id,edema,My finding\n.1,a,.2,.3\n.4,b,.5,.6\n"

    read = read_probabilities(file, manifest=TWO_IMAGES, labels=LABELS)
    assert read.labels == LABELS
    assert read.values.tolist() == [[0.2, 0.1, 0.3], [0.5, 0.4, 0.6]]


def test_an_alias_beside_the_label_is_the_same_column_twice() -> None:
    faults = classification_faults("image_id,Other disease,Other diseases\na,0,0\nb,0,0\n", ["Other diseases"])

    assert faults == [("duplicate_column", 1, "Other diseases")]


def test_other_labels_and_forgotten_ones_are_faults_of_the_header() -> None:
    assert classification_faults("image_id,Edema,My Finding,COPD\na,0,0,0\n") == [
        ("extra_column", 1, "My Finding"),
        ("extra_column", 1, "COPD"),
        ("missing_column", 1, "Nodule/Mass"),
        ("missing_column", 1, "My finding"),
    ]


def test_without_labels_every_named_column_is_one() -> None:
    read = read_probabilities(b"image_id,lung opacity,x\na,0,1\nb,1,0\n", manifest=TWO_IMAGES, labels=None)

    assert read.labels == ("Lung Opacity", "x")


@pytest.mark.parametrize(
    ("header", "faults"),
    [
        ("image_id", [("missing_column", 1, None)]),
        ("image_id,", [("extra_column", 1, ""), ("missing_column", 1, None)]),
        ("image_id,x, y", [("extra_column", 1, " y")]),
        ("image_id,x,x", [("duplicate_column", 1, "x")]),
        ("image_id,score,x", [("extra_column", 1, "score")]),
    ],
)
def test_without_labels_a_column_still_needs_a_name_of_its_own(
    header: str, faults: list[tuple[str, int, str | None]]
) -> None:
    assert sorted(classification_faults(header + "\na\n", None), key=str) == sorted(faults, key=str)
