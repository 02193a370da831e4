"""DeLong's interval."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from scoring.delong import delong_interval, delong_variance, midranks
from scoring.scorecard import score_classification
from tests.scoring.made_up import label_truth, probabilities
from tests.scoring.reference_classification import plain_auroc, plain_delong_variance


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 30), st.integers(2, 30), st.sampled_from([3, 10, 10**6]))
def test_the_fast_variance_is_that_of_all_pairs(seed, positives, negatives, distinct):
    generator = np.random.default_rng(seed)
    truth = generator.permutation(np.arange(positives + negatives) < positives)
    score = generator.integers(0, distinct, len(truth)) / distinct

    assert delong_variance(truth, score) == pytest.approx(plain_delong_variance(truth, score), abs=1e-12)
    assert plain_auroc(truth, score) == pytest.approx(roc_auc_score(truth, score), abs=1e-12)


def test_equal_values_share_the_mean_of_their_ranks():
    assert midranks(np.array([0.3, 0.1, 0.3, 0.9])).tolist() == [2.5, 1.0, 2.5, 4.0]


def separated(positives, negatives, mixed=1):
    """So many positives above so many negatives, but for a few that lie below all."""
    truth = np.arange(positives + negatives) >= negatives
    score = np.linspace(0.1, 0.9, len(truth))
    score[len(truth) - mixed :] = 0.05
    return truth, score


def interval_of(truth, score, **options):
    columns = label_truth(truth[:, None])
    return score_classification(columns, probabilities(score[:, None], columns), **options).classes[0].interval


def test_the_interval_is_symmetric_on_the_logit_scale_and_inside_0_and_1():
    truth, score = separated(40, 60, mixed=3)
    auroc = float(roc_auc_score(truth, score))

    low, high = delong_interval(auroc, truth, score)

    def logit(share):
        return np.log(share / (1 - share))

    width = 1.959963984540054 * np.sqrt(plain_delong_variance(truth, score)) / (auroc * (1 - auroc))
    assert (logit(low), logit(high)) == pytest.approx((logit(auroc) - width, logit(auroc) + width))
    assert 0 < low < auroc < high < 1
    assert interval_of(truth, score, resamples=1) == (low, high)


@pytest.mark.parametrize(("positives", "negatives", "shown"), [(20, 20, True), (19, 40, False), (40, 19, False)])
def test_no_interval_is_shown_below_twenty_positives_or_negatives(positives, negatives, shown):
    assert (interval_of(*separated(positives, negatives), resamples=1) is not None) is shown


@pytest.mark.parametrize("turned", [False, True])
def test_no_interval_is_shown_at_an_auroc_of_0_or_1(turned):
    truth, score = separated(30, 30, mixed=0)

    assert interval_of(truth, 1 - score if turned else score) is None


def test_an_auroc_below_one_half_has_its_interval_mirrored():
    truth, score = separated(30, 50, mixed=4)

    low, high = interval_of(truth, score)
    mirrored = interval_of(truth, 1 - score)

    assert mirrored == pytest.approx((1 - high, 1 - low))


def test_where_a_group_has_several_images_the_error_is_the_bootstraps():
    truth, score = separated(30, 50, mixed=4)
    patients = [f"patient{place // 2}" for place in range(len(truth))]
    alone = [f"patient{place}" for place in range(len(truth))]
    columns = label_truth(truth[:, None])

    of_images = interval_of(truth, score, groups=alone)
    of_patients = interval_of(truth, score, groups=patients)
    card = score_classification(columns, probabilities(score[:, None], columns), groups=patients)

    auroc, error = card.value, card.replicates.astype(float).std(ddof=1)
    width = 1.959963984540054 * error / (auroc * (1 - auroc))
    assert of_patients == pytest.approx(
        tuple(1 / (1 + np.exp(-np.log(auroc / (1 - auroc)) - sign * width)) for sign in (-1, 1))
    )
    assert of_images == interval_of(truth, score)
    assert of_patients != of_images
    assert interval_of(truth, score, groups=patients, resamples=1) is None


def test_without_resamples_no_interval_is_asked_for_and_none_is_given():
    truth, score = separated(40, 60, mixed=3)
    columns = label_truth(truth[:, None])

    card = score_classification(columns, probabilities(score[:, None], columns), resamples=0).as_json()

    assert card["interval"] is None
    assert [row["interval"] for row in card["classes"]] == [None]
    assert score_classification(columns, probabilities(score[:, None], columns), resamples=1).classes[0].interval
