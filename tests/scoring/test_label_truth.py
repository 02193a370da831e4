from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.labels import ALL
from scoring.manifest import Manifest
from scoring.predictions import read_probabilities
from scoring.truth import LabelTruth, read_groups, read_label_truth, write_label_truth
from tests.scoring.faults_of import TWO_IMAGES, faults_of, kept_and_total

HEADER = "image_id,Edema,Other disease,Mass\n"
DATA = Path(__file__).parents[3] / "shared" / "data" / "nih-chestxray14"


def read(rows: str, labels: tuple[str, ...] | None = None, manifest: Manifest | None = None) -> LabelTruth:
    return read_label_truth((HEADER + rows).encode(), labels=labels, manifest=manifest)


def test_without_labels_every_column_is_one_in_the_files_order() -> None:
    truth = read("b,1,0,1\na,0,1,0\n")

    assert truth.image_ids == ("a", "b")
    assert truth.labels == ("Edema", "Other diseases", "Mass")
    assert truth.values.tolist() == [[False, True, False], [True, False, True]]
    assert truth.positive_images() is truth.values


def test_the_labels_asked_for_keep_their_order_and_other_columns_are_ignored() -> None:
    truth = read("a,0,1,what\nb,1,0,ever\n", labels=("other diseases", "edema"))

    assert truth.labels == ("other diseases", "edema")
    assert truth.values.tolist() == [[True, False], [False, True]]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("a,0,1,2\n", [("not_binary", 2, "Mass")]),
        ("a,0,1.0,true\n", [("not_binary", 2, "Other disease"), ("not_binary", 2, "Mass")]),
        ("a,0,,0\n", [("empty_cell", 2, "Other disease")]),
        ("a,0,0,0\nb,0,0,0\na,0,0,0\n", [("duplicate_image", 4, "image_id")]),
        ("a ,0,0,0\n", [("surrounding_blanks", 2, "image_id")]),
        ("a,0,0\n", [("short_row", 2, None)]),
    ],
)
def test_each_fault_has_its_code_line_and_column(rows: str, expected: list[tuple[str, int | None, str | None]]) -> None:
    assert faults_of(lambda: read(rows)) == expected


def test_with_a_manifest_every_image_is_there_and_no_other() -> None:
    assert faults_of(lambda: read("a,0,0,0\nz,0,0,0\n", manifest=TWO_IMAGES)) == [
        ("unknown_image", 3, "image_id"),
        ("missing_image", None, "image_id"),
    ]


def test_a_label_asked_for_must_have_its_column() -> None:
    assert faults_of(lambda: read("a,0,0,0\n", labels=("Edema", "COPD"))) == [("missing_column", 1, "COPD")]


def test_a_file_without_labels_or_with_a_nameless_column_is_refused() -> None:
    assert faults_of(lambda: read_label_truth(b"image_id\na\n")) == [("missing_column", 1, None)]
    assert faults_of(lambda: read_label_truth(b"image_id,Mass,\na,0,0\n")) == [("extra_column", 1, "")]


def test_one_reader_is_tolerated_and_several_are_not() -> None:
    one = read_label_truth(b"image_id,rad_id,Mass\na,R1,0\nb,R1,1\n")

    assert one.labels == ("Mass",)
    assert faults_of(lambda: read_label_truth(b"image_id,rad_id,Mass\na,R1,0\na,R2,1\n")) == [
        ("duplicate_image", 3, "image_id"),
        ("several_readers", 3, "rad_id"),
    ]


def test_restricted_to_some_images_the_values_follow() -> None:
    truth = read("b,1,0,1\na,0,1,0\nc,0,0,0\n").restricted_to(["c", "a"])

    assert (truth.image_ids, truth.values.tolist()) == (("a", "c"), [[False, True, False], [False, False, False]])


@given(st.lists(st.lists(st.booleans(), min_size=28, max_size=28), min_size=1, max_size=6))
def test_what_is_written_is_read_again(values: list[list[bool]]) -> None:
    truth = LabelTruth(tuple(f'i,"{i}"' for i in range(len(values))), ALL, np.array(values))

    again = read_label_truth(write_label_truth(truth), labels=ALL)
    assert (again.image_ids, again.labels) == (truth.image_ids, truth.labels)
    assert np.array_equal(again.values, truth.values)


@given(st.binary(max_size=150))
def test_any_bytes_are_read_or_refused_as_a_faulty_file(data: bytes) -> None:
    kept, total = kept_and_total(lambda: read_label_truth(HEADER.encode() + data))

    assert kept == min(total, 100)


def test_groups_are_in_the_order_of_the_manifest() -> None:
    assert read_groups(b"group,image_id\np2,b\np1,a\n", manifest=TWO_IMAGES) == ("p1", "p2")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("a,p\n", [("missing_image", None, "image_id")]),
        ("a,p\nb,p\na,q\n", [("duplicate_image", 4, "image_id")]),
        ("a,p\nb,p\nz,q\n", [("unknown_image", 4, "image_id")]),
        ("a,p\nb,\n", [("empty_cell", 3, "group")]),
    ],
)
def test_each_image_has_one_group(rows: str, expected: list[tuple[str, int | None, str | None]]) -> None:
    file = f"image_id,group\n{rows}".encode()

    assert faults_of(lambda: read_groups(file, manifest=TWO_IMAGES)) == expected


@pytest.fixture
def real_data() -> Path:
    if not DATA.is_dir():
        pytest.skip("the NIH ChestX-ray14 files are not beside this checkout")
    return DATA


def test_the_real_labels_groups_and_predictions_of_chestxray14_are_read(real_data: Path) -> None:
    truth = read_label_truth((real_data / "image_labels.csv").read_bytes())
    manifest = Manifest(truth.image_ids)
    groups = read_groups((real_data / "groups.csv").read_bytes(), manifest=manifest)
    predictions = read_probabilities(
        (real_data / "predictions_densenet121.csv").read_bytes(), manifest=manifest, labels=truth.labels
    )

    assert truth.values.shape == predictions.values.shape == (22_433, 14)
    assert len(set(groups)) == 6_187
    assert predictions.notices == ()
