"""The interval of a score, against the simple form that it is made from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from scoring.estimates import interval_of, score_interval
from scoring.metric import parse_metric
from scoring.scorecard import score_classification, score_detection
from tests.scoring.made_up import box_truth, detections, label_truth, probabilities, random_boxes

SHARE = some.floats(0, 1)


def basic(value, replicates):
    """The basic interval of Davison and Hinkley (1997, 5.6), nothing cut off."""
    low, high = np.quantile(np.asarray(replicates, dtype=np.float64), [0.025, 0.975])
    return 2 * value - high, 2 * value - low


def as_f4(values):
    return np.array(values, dtype=np.float32)


def test_the_lower_end_is_that_of_the_basic_interval_less_the_bias_that_replicates_show():
    replicates = as_f4(np.linspace(0.2, 0.4, 41))
    low, high = basic(0.28, replicates)

    lower, upper = score_interval(0.28, replicates)

    assert (lower, upper) == pytest.approx((low - 0.02, high))
    assert (lower, upper) == pytest.approx((0.145, 0.355))


def test_replicates_that_lie_below_the_value_move_nothing():
    replicates = as_f4(np.linspace(0.2, 0.4, 41))

    assert score_interval(0.31, replicates) == pytest.approx(basic(0.31, replicates))


@given(SHARE, some.lists(SHARE, min_size=1, max_size=40))
def test_it_holds_the_value_and_all_of_the_basic_interval_within_0_and_1(value, drawn):
    replicates = as_f4(drawn)
    low, high = basic(value, replicates)

    lower, upper = score_interval(value, replicates)

    assert 0 <= lower <= value <= upper <= 1
    assert lower <= max(low, 0)
    assert upper >= min(high, 1)


def test_without_replicates_or_a_value_there_is_none():
    assert score_interval(0.3, as_f4([])) is None
    assert interval_of(np.array([np.nan, 0.5])) is None
    assert interval_of(np.array([0.5, np.nan])) is None


def test_replicates_that_are_not_defined_are_left_out():
    assert interval_of(np.array([0.5, np.nan, 0.4, 0.7])) == score_interval(0.5, as_f4([0.4, 0.7]))


@pytest.mark.parametrize(("perfect", "value"), [(True, 1.0), (False, 0.0)])
@pytest.mark.parametrize("resamples", [1, 2, 200])
def test_a_perfect_file_and_an_empty_one_have_an_interval_of_no_width(perfect, value, resamples):
    truth, _ = random_boxes(np.random.default_rng(5), images=30, boxes=60)
    rows = [
        (truth.image_ids[image], truth.labels[label], 0.9, *box)
        for image, label, box in zip(truth.image, truth.label, truth.box.tolist(), strict=True)
    ]
    found = detections(rows if perfect else [], truth)

    card = score_detection(truth, found, metric=parse_metric("voc2010"), resamples=resamples)

    assert (card.value, card.interval) == (value, (value, value))


def test_one_label_and_one_resample_are_enough_for_an_interval_with_the_value_in_it():
    truth = box_truth([("a", "Nodule", 0, 0, 9, 9), ("b", "Nodule", 0, 0, 9, 9)], images=["a", "b", "c"])
    found = detections([("a", "Nodule", 0.9, 0, 0, 9, 9), ("c", "Nodule", 0.8, 0, 0, 9, 9)], truth)

    for seed in range(20):
        card = score_detection(truth, found, metric=parse_metric("voc2010"), resamples=1, seed=seed)
        assert card.interval[0] <= card.value <= card.interval[1]


def test_a_mean_auroc_is_hardly_moved():
    rng = np.random.default_rng(3)
    values = rng.random((400, 3)) < 0.3
    truth = label_truth(values)
    card = score_classification(truth, probabilities(values + rng.normal(size=values.shape), truth))
    low, high = basic(card.value, card.replicates)

    assert card.interval[1] == pytest.approx(high)
    assert card.interval[0] == pytest.approx(low, abs=0.05 * (high - low))
