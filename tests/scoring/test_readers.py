"""The two-stage rule, and how first readers agree with the consensus."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from scoring.agreement import agreement, agreements, cohens_kappa
from scoring.label_truth import read_label_truth
from scoring.manifest import Manifest
from scoring.readers import check_stages, read_readings
from tests.scoring.faults_of import refusal

TWO = Manifest(("a", "b"))
STAGES = ["a,1,R1", "a,1,R2", "a,1,R3", "a,2,R8", "a,2,R9", "b,1,R1", "b,1,R4", "b,1,R5", "b,2,R8", "b,2,R2"]
READINGS = ["a,R1,1,0", "a,R2,1,1", "a,R3,0,0", "b,R1,0,0", "b,R4,0,0", "b,R5,1,0"]


def stages(rows: list[str]) -> bytes:
    return ("image_id,stage,rad_id\n" + "\n".join(rows)).encode()


def readings(rows: list[str]) -> bytes:
    return ("image_id,rad_ID,Edema,Other disease\n" + "\n".join(rows)).encode()


def codes(rows: list[str]) -> list[str]:
    return [problem.code for problem in refusal(lambda: check_stages(stages(rows), manifest=TWO)).problems]


def test_three_readers_and_two_others_keep_the_two_stage_rule() -> None:
    assert check_stages(stages(STAGES), manifest=TWO) == 7


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (STAGES[1:], "first_readers"),
        (["a,1,R2", *STAGES[1:]], "first_readers"),
        ([*STAGES, "a,1,R7"], "first_readers"),
        (STAGES[:-1], "reviewers"),
        ([*STAGES[:-1], "b,2,R8"], "reviewers"),
        ([*STAGES[:-1], "b,2,R5"], "reader_of_both_stages"),
        ([*STAGES, "a,3,R7"], "bad_stage"),
        ([*STAGES, "c,1,R7"], "unknown_image"),
        (STAGES[:5], "missing_image"),
        (["a,1, ", *STAGES[1:]], "empty_cell"),
    ],
)
def test_a_broken_two_stage_rule_is_told(rows: list[str], code: str) -> None:
    assert code in codes(rows)


def test_readings_have_the_form_of_the_released_training_labels() -> None:
    found = read_readings(readings(READINGS), labels=("Other diseases", "Edema"), manifest=TWO)

    assert found.reader == ("R1", "R2", "R3", "R1", "R4", "R5")
    assert found.image.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.values.tolist()[:2] == [[False, True], [True, True]]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (READINGS[1:], "first_readers"),
        (["a,R2,1,0", *READINGS[1:]], "first_readers"),
        (["a,R1,2,0", *READINGS[1:]], "not_binary"),
        (READINGS[:3], "missing_image"),
        (["c,R1,1,0", *READINGS], "unknown_image"),
    ],
)
def test_readings_that_are_not_three_of_an_image_are_refused(rows: list[str], code: str) -> None:
    faulty = refusal(lambda: read_readings(readings(rows), labels=("Edema",), manifest=TWO))

    assert code in [problem.code for problem in faulty.problems]


def test_the_agreement_of_a_label_is_that_of_all_readings_and_of_each_reader() -> None:
    consensus = read_label_truth(b"image_id,Edema,Other diseases\na,1,0\nb,0,0\n", labels=("Edema", "Other diseases"))
    found = read_readings(readings(READINGS), labels=("Edema", "Other diseases"), manifest=TWO)

    edema, others = agreements(found, consensus)

    assert (edema.label, edema.all.readings, edema.all.positives) == ("Edema", 6, 3)
    assert (edema.all.sensitivity, edema.all.specificity) == (2 / 3, 2 / 3)
    assert edema.all.kappa == pytest.approx(1 / 3)
    assert edema.readers["R1"].kappa == 1.0
    assert (others.all.sensitivity, others.all.specificity) == (None, 5 / 6)
    assert others.readers["R1"].kappa is None


bits = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60)


@given(bits)
def test_kappa_is_scikit_learns(pairs: list[tuple[bool, bool]]) -> None:
    a, b = np.array(pairs).T

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = cohen_kappa_score(a, b, labels=[False, True])
    ours = cohens_kappa(a, b)
    assert (ours is None and np.isnan(theirs)) or ours == pytest.approx(theirs, abs=1e-12)


def test_of_nothing_nothing_is_defined() -> None:
    nothing = np.empty(0, np.bool_)

    assert agreement(nothing, nothing).kappa is None
    assert agreement(nothing, nothing).sensitivity is None
