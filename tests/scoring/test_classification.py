"""AUROC and average precision against scikit-learn, on random probabilities with and without ties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from scoring.scorecard import score_classification
from tests.scoring.made_up import label_truth, probabilities

seeds = st.integers(0, 2**32 - 1)


def random_probabilities(seed, images, distinct, labels=3):
    generator = np.random.default_rng(seed)
    truth = label_truth(generator.random((images, labels)) < generator.random(labels))
    values = (
        generator.random((images, labels)) if distinct is None else generator.integers(0, distinct, (images, labels))
    )
    return truth, probabilities(values / (distinct or 1), truth)


def card_of(truth_column, score, **options):
    truth = label_truth(np.array(truth_column)[:, None])
    return score_classification(truth, probabilities(np.array(score)[:, None], truth), **options)


@settings(max_examples=200, deadline=None)
@given(seeds, st.sampled_from([2, 5, 40, 300]), st.sampled_from([None, 1, 2, 10]))
def test_auroc_and_average_precision_are_scikit_learns(seed, images, distinct):
    truth, found = random_probabilities(seed, images, distinct)

    card = score_classification(truth, found, resamples=0)

    for score, positive, values in zip(card.classes, truth.values.T, found.values.T, strict=True):
        if positive.any() and not positive.all():
            assert score.value == pytest.approx(roc_auc_score(positive, values), abs=1e-12)
        else:
            assert score.value is None
        if positive.any():
            assert score.average_precision == pytest.approx(average_precision_score(positive, values), abs=1e-12)
        else:
            assert score.average_precision is None
    defined = [score.value for score in card.classes if score.value is not None]
    assert card.value == (pytest.approx(np.mean(defined), abs=1e-12) if defined else None)
    assert card.scored_classes == len(defined)


def test_ties_count_one_half():
    assert card_of([1, 0], [0.5, 0.5]).value == 0.5
    assert card_of([1, 1, 0, 0], [0.9, 0.5, 0.5, 0.1]).value == 7 / 8


def test_a_label_without_a_positive_or_a_negative_is_reported_and_left_out_of_the_mean():
    truth = label_truth([[1, 0, 1], [0, 0, 1], [1, 0, 1]])
    found = probabilities([[0.9, 0.1, 0.3], [0.1, 0.2, 0.4], [0.8, 0.3, 0.5]], truth)

    card = score_classification(truth, found, resamples=50)

    assert [score.value for score in card.classes] == [1.0, None, None]
    assert [score.positives for score in card.classes] == [2, 0, 3]
    assert (card.value, card.scored_classes) == (1.0, 1)
    assert card.interval is not None


def test_without_a_label_that_is_defined_there_is_no_score():
    card = card_of([1, 1], [0.1, 0.2], resamples=50)

    assert (card.value, card.interval, card.replicates, card.approximate) == (None, None, None, False)


def test_images_and_labels_are_found_by_name():
    truth = label_truth([[1, 0], [0, 1], [0, 1]], labels=["x", "y"], images=["a", "b", "c"])
    found = probabilities([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]], truth)
    part = label_truth([[0], [1]], labels=["y"], images=["a", "c"])

    assert score_classification(part, found, resamples=0).value == 1.0


def test_predictions_that_lack_a_label_of_the_truth_are_refused():
    truth = label_truth([[1, 0], [0, 1]], labels=["x", "y"])
    found = probabilities([[0.9], [0.1]], label_truth([[1], [0]], labels=["x"]))

    with pytest.raises(KeyError, match="y"):
        score_classification(truth, found, resamples=0)


def test_without_any_label_there_is_no_score():
    truth = label_truth(np.zeros((3, 0)))

    card = score_classification(truth, probabilities(np.zeros((3, 0)), truth), resamples=5)

    assert (card.value, card.interval, card.classes) == (None, None, ())
