"""The held score."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ranking import held, shown_value


def exact(*values):
    """Replicates without any spread: only the least step of 0.01 counts."""
    return np.array([[value] * 5 for value in values], dtype=np.float32)


def test_the_first_submission_is_a_step_and_a_worse_one_is_none():
    assert held([0.2, 0.1, 0.2], exact(0.2, 0.1, 0.2)) == [0]


def test_nothing_submitted_is_no_step():
    assert held([], np.empty((0, 5), dtype=np.float32)) == []


def test_a_step_exceeds_the_held_score_by_more_than_a_hundredth():
    values = [0.3, 0.31, 0.310001]

    assert held(values, exact(*values)) == [0, 2]


def test_a_step_is_measured_from_the_held_score_and_not_from_the_latest():
    values = [0.3, 0.308, 0.316, 0.324]

    assert held(values, exact(*values)) == [0, 2]


@pytest.mark.parametrize(("noise", "steps"), [(0.05, [0]), (0.01, [0, 1])])
def test_a_step_exceeds_the_paired_standard_error_1_96_times(noise, steps):
    generator = np.random.default_rng(0)
    first = 0.3 + 0.1 * generator.standard_normal(1000)
    replicates = np.array([first, first + 0.05 + noise * generator.standard_normal(1000)], dtype=np.float32)

    assert held([0.3, 0.35], replicates) == steps


def test_noise_that_both_share_does_not_hinder_a_step():
    shared = np.random.default_rng(0).standard_normal(1000)
    replicates = np.array([0.3 + shared, 0.35 + shared], dtype=np.float32)

    assert held([0.3, 0.35], replicates) == [0, 1]


def test_without_replicates_a_step_is_a_hundredth():
    assert held([0.3, 0.305, 0.32], np.empty((3, 0), dtype=np.float32)) == [0, 2]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.315, 0.315),
        (0.3149999, 0.31),
        (0.0, 0.0),
        (1.0, 1.0),
        (0.004999, 0.0),
        (0.29, 0.29),
        (0.57, 0.57),
        (np.float64(0.7), 0.7),
        (0.9999999999999999, 1.0),
        (0.3149999999999999, 0.315),
    ],
)
def test_the_held_score_is_shown_floored_to_0_005(value, shown):
    assert shown_value(value) == shown


@given(st.integers(0, 200))
def test_what_is_a_multiple_of_0_005_in_decimals_is_shown_as_it_is(multiple):
    value = float(f"{multiple * 5 / 1000:.3f}")

    assert shown_value(value) == value
