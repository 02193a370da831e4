import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.labels import LOCAL
from scoring.manifest import Manifest
from scoring.truth import BoxTruth, read_box_truth, write_box_truth
from tests.scoring.faults_of import TWO_IMAGES, faults_of, kept_and_total

HEADER = "image_id,class_name,x_min,y_min,x_max,y_max\n"


def read(rows: str, labels: tuple[str, ...] | None = None, manifest: Manifest | None = None) -> BoxTruth:
    return read_box_truth((HEADER + rows).encode(), labels=labels, manifest=manifest)


def faults(rows: str, manifest: Manifest | None = None) -> list[tuple[str, int | None, str | None]]:
    return faults_of(lambda: read(rows, manifest=manifest))


def test_boxes_are_in_canonical_order_and_images_without_one_are_kept() -> None:
    truth = read("c,ILD,5,6,7,8\nb,No finding,,,,\nc,edema,5,6,7,8\na,ILD,1,2,3,4\nc,ILD,1,2,3,4\n")

    assert truth.image_ids == ("a", "b", "c")
    assert truth.labels == ("Edema", "ILD")
    assert truth.image.tolist() == [0, 2, 2, 2]
    assert truth.label.tolist() == [1, 0, 1, 1]
    assert truth.box[:, 0].tolist() == [1, 5, 1, 5]
    assert truth.positive_images().tolist() == [[False, True], [False, False], [True, True]]


def test_boxes_and_columns_that_are_none_of_ours_are_ignored() -> None:
    file = b"image_id,note,class_name,score,x_min,y_min,x_max,y_max\na,x,ILD,?,1,2,3,4\nb,x,Effusion,?,what,,ever,\n"

    truth = read_box_truth(file, labels=("Edema", "ILD"))
    assert truth.labels == ("Edema", "ILD")
    assert truth.image_ids == ("a", "b")
    assert len(truth.box) == 1


def test_the_labels_asked_for_keep_their_order_and_spelling() -> None:
    truth = read("a,ild,1,2,3,4\na,Lung opacity,1,2,3,4\n", labels=("LUNG OPACITY", "Interstitial lung disease"))

    assert truth.labels == ("LUNG OPACITY", "Interstitial lung disease")
    assert truth.label.tolist() == [1, 0]


def test_a_diagnosis_of_the_whole_image_without_a_box_is_accepted_and_ignored() -> None:
    truth = read("a,Pneumonia,,,,\na,Other disease,,,,\nb,ILD,1,2,3,4\n")

    assert truth.labels == ("ILD",)
    assert truth.image_ids == ("a", "b")


def test_another_competitions_boxes_may_be_of_any_class() -> None:
    assert read("a,Pneumonia,1,2,3,4\n").labels == ("Pneumonia",)


def test_with_a_manifest_an_image_without_a_row_has_no_boxes() -> None:
    truth = read("b,ILD,1,2,3,4\n", manifest=TWO_IMAGES)

    assert truth.image_ids == ("a", "b")
    assert truth.image.tolist() == [1]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("a,ILD,,,,\n", [("empty_cell", 2, column) for column in ("x_min", "y_min", "x_max", "y_max")]),
        ("a,Mass,1,2,3,\n", [("empty_cell", 2, "y_max")]),
        ("a,Pneumonia,1,,,\n", [("empty_cell", 2, column) for column in ("y_min", "x_max", "y_max")]),
        ("a,ILD,1,2,1,4\n", [("degenerate_box", 2, "x_max")]),
        ("a,ILD,1,2,3,1e9\n", [("out_of_range", 2, "y_max")]),
        ("a,No finding,0,0,1,1\n", [("no_finding_not_empty", 2, c) for c in ("x_min", "y_min", "x_max", "y_max")]),
        (" a,ILD,1,2,3,4\n", [("surrounding_blanks", 2, "image_id")]),
        ("a, ILD,1,2,3,4\n", [("surrounding_blanks", 2, "class_name")]),
        ("a,,1,2,3,4\n", [("empty_cell", 2, "class_name")]),
        (",ILD,1,2,3,4\n", [("empty_cell", 2, "image_id")]),
        ("a,ILD,1,2,3\n", [("short_row", 2, None)]),
        ("", [("no_rows", None, None)]),
    ],
)
def test_each_fault_has_its_code_line_and_column(rows: str, expected: list[tuple[str, int | None, str | None]]) -> None:
    assert faults(rows) == expected


def test_an_image_that_the_manifest_lacks_is_a_fault() -> None:
    assert faults("a,ILD,1,2,3,4\nz,ILD,1,2,3,4\n", TWO_IMAGES) == [("unknown_image", 3, "image_id")]


def test_a_class_without_a_name_is_a_fault_where_others_are_ignored() -> None:
    assert faults_of(lambda: read("a,,1,2,3,4\n", labels=("ILD",))) == [("empty_cell", 2, "class_name")]


@pytest.mark.parametrize("column", ["rad_id", "rad_ID"])
def test_one_reader_is_tolerated_and_several_are_not(column: str) -> None:
    header = HEADER.replace("image_id,", f"image_id,{column},")
    one = read_box_truth((header + "a,R1,ILD,1,2,3,4\nb,R1,ILD,1,2,3,4\n").encode())
    several = (header + "a,R1,ILD,1,2,3,4\nb,R2,ILD,1,2,3,4\nb,R3,ILD,1,2,3,4\n").encode()

    assert len(one.box) == 2
    assert faults_of(lambda: read_box_truth(several)) == [("several_readers", 3, column)]


def test_rows_without_a_readers_cell_are_told_as_such_alone() -> None:
    short = b"image_id,class_name,x_min,y_min,x_max,y_max,rad_id\na,ILD,1,2,3,4\n"

    assert faults_of(lambda: read_box_truth(short)) == [("short_row", 2, None)]


def test_restricted_to_some_images_the_rest_is_gone() -> None:
    truth = read("a,ILD,1,2,3,4\nb,ILD,5,6,7,8\nc,No finding,,,,\n").restricted_to(["c", "b"])

    assert (truth.image_ids, truth.image.tolist(), truth.box.tolist()) == (("b", "c"), [0], [[5, 6, 7, 8]])
    with pytest.raises(KeyError, match="a"):
        truth.restricted_to(["a"])


corner = st.floats(-1e5, 1e5)
boxes = st.tuples(
    st.sampled_from(["a", "é", 'q"', "x,y", "Z"]), st.sampled_from((*LOCAL, "My finding")), corner, corner
)


@given(st.lists(boxes, max_size=12), st.randoms(use_true_random=False))
def test_what_is_written_is_read_again_bit_for_bit(
    rows: list[tuple[str, str, float, float]], chance: random.Random
) -> None:
    images = Manifest(tuple(sorted(["a", "é", 'q"', "x,y", "Z"])))
    labels = (*LOCAL, "My finding")
    quoted = {'q"': '"q"""', "x,y": '"x,y"'}
    lines = [f"{quoted.get(i, i)},{c},{x!r},{y!r},{x + 1!r},{y + 0.1!r}\n" for i, c, x, y in rows]
    truth = read("".join(lines) or "a,No finding,,,,\n", labels, images)

    written = write_box_truth(truth)
    again = read_box_truth(written, labels=labels)
    assert again.image_ids == truth.image_ids
    for name in ("image", "label", "box"):
        assert np.array_equal(getattr(again, name), getattr(truth, name))
    assert (
        write_box_truth(read("".join(chance.sample(lines, len(lines))) or "a,No finding,,,,\n", labels, images))
        == written
    )


@given(st.binary(max_size=150))
def test_any_bytes_are_read_or_refused_as_a_faulty_file(data: bytes) -> None:
    kept, total = kept_and_total(lambda: read_box_truth(HEADER.encode() + data))

    assert kept == min(total, 100)
