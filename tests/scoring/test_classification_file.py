import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.manifest import Manifest
from scoring.predictions import SERVER_LIMITS, Limits, Probabilities, read_probabilities
from tests.scoring.faults_of import TWO_IMAGES, classification_faults, faults_of, kept_and_total

HEADER = "image_id,Edema,My finding\n"
LABELS = ("Edema", "My finding")


def read(rows: str, manifest: Manifest = TWO_IMAGES) -> Probabilities:
    return read_probabilities((HEADER + rows).encode(), manifest=manifest, labels=LABELS, limits=SERVER_LIMITS)


def test_values_are_by_image_in_canonical_order_and_by_label() -> None:
    probabilities = read("b,1,0.25\na,0,1e-3\n")

    assert probabilities.image_ids == ("a", "b")
    assert probabilities.values.tolist() == [[0, 0.001], [1, 0.25]]
    assert (probabilities.rows, probabilities.notices) == (2, ())


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ("a,0,1\n", [("missing_image", None, "image_id")]),
        ("a,0,1\nb,0,1\nc,0,1\n", [("unknown_image", 4, "image_id")]),
        ("a,0,1\nb,0,1\na,0,1\n", [("duplicate_image", 4, "image_id")]),
        ("a,0,1\nb,0,1\nb,1,1\na,0,0\n", [("duplicate_image", 4, "image_id"), ("duplicate_image", 5, "image_id")]),
        ("01,0,1\na,0,1\nb,0,1\n", [("unknown_image", 2, "image_id")]),
        (",0,1\na,0,1\nb,0,1\n", [("empty_cell", 2, "image_id")]),
        ("a,,1\nb,0,\n", [("empty_cell", 2, "Edema"), ("empty_cell", 3, "My finding")]),
        ("a,nan,1\nb,0,1.01\n", [("bad_number", 2, "Edema"), ("out_of_range", 3, "My finding")]),
        ("a,-1e-9,1\nb,0,1\n", [("out_of_range", 2, "Edema")]),
        ("a,1\nb,0,1\n", [("short_row", 2, None)]),
        ("a,1,0,0\nb,0,1\n", [("long_row", 2, None)]),
        ("a,0,1\n\nb,0,1\n", [("blank_line", 3, None)]),
    ],
)
def test_each_fault_has_its_code_line_and_column(rows: str, faults: list[tuple[str, int | None, str | None]]) -> None:
    assert classification_faults(HEADER + rows, LABELS) == faults


def test_every_row_after_an_image_s_first_is_a_repetition_with_the_first_line_named() -> None:
    with pytest.raises(Exception, match=r"is on line 2 already") as caught:
        read("a,0,1\nb,0,1\na,1,0\n")

    assert "line 4" in str(caught.value)


def test_repetitions_are_found_across_blocks_of_a_large_file() -> None:
    images = Manifest(tuple(f"{i:030}" for i in range(30_000)))
    rows = [f"{image},0.5,0.5\n" for image in images.image_ids] + [f"{images.image_ids[7]},0.5,0.5\n"]
    data = (HEADER + "".join(rows)).encode()

    faults = faults_of(lambda: read_probabilities(data, manifest=images, labels=LABELS))
    assert faults == [("duplicate_image", 30_002, "image_id")]


def test_a_column_of_one_or_two_values_is_accepted_and_remarked_on() -> None:
    images = Manifest(("a", "b", "c"))

    (notice,) = read("a,0.5,0.1\nb,0.5,0.2\nc,0.5,0.3\n", images).notices
    assert (notice.code, notice.count) == ("few_distinct_values", 1)
    assert "Edema" in notice.detail


def test_the_limits_bind_here_too() -> None:
    data = (HEADER + "a,0,1\nb,0,1\n").encode()
    faults = faults_of(
        lambda: read_probabilities(data, manifest=TWO_IMAGES, labels=LABELS, limits=Limits(None, 1, None))
    )

    assert faults == [("too_many_rows", 3, None)]


def test_restricted_and_relabelled_the_values_follow() -> None:
    probabilities = read("b,1,0.25\na,0,0.5\n")

    assert probabilities.restricted_to(["b"]).values.tolist() == [[1, 0.25]]
    assert probabilities.relabelled(["My finding", "Edema"]).values.tolist() == [[0.5, 0], [0.25, 1]]
    with pytest.raises(KeyError, match="COPD"):
        probabilities.relabelled(["COPD"])
    with pytest.raises(KeyError, match="z"):
        probabilities.restricted_to(["z"])


@given(st.lists(st.floats(0, 1), min_size=8, max_size=8), st.randoms(use_true_random=False))
def test_shuffled_rows_and_columns_give_the_same_bits(values: list[float], chance: random.Random) -> None:
    images = Manifest(("a", "b", "c", "d"))
    rows = [(image, repr(values[2 * i]), repr(values[2 * i + 1])) for i, image in enumerate(images.image_ids)]
    chance.shuffle(rows)
    turned = "My finding,image_id,Edema\n" + "".join(f"{y},{image},{x}\n" for image, x, y in rows)

    read = read_probabilities(turned.encode(), manifest=images, labels=LABELS)
    assert read.values.tobytes() == (np.array(values).reshape(4, 2) + 0.0).tobytes()


@given(st.text('ab,"\n\r;1.e-5 ', max_size=100), st.sampled_from([None, LABELS]))
def test_any_arrangement_of_csv_is_read_or_refused_as_a_faulty_file(text: str, labels: tuple[str, ...] | None) -> None:
    data = (HEADER + text).encode()
    kept, total = kept_and_total(lambda: read_probabilities(data, manifest=TWO_IMAGES, labels=labels))

    assert kept == min(total, 100)
