"""Counts of scores, and replicates in two bytes."""

import numpy as np

from scoring import distribution, pack_shares, unpack_shares
from scoring.metric import parse_metric
from scoring.scorecard import score_detection
from tests.scoring.made_up import box_truth, detections, label_truth, probabilities, random_boxes

BOX = (0.0, 0.0, 10.0, 10.0)


def test_scores_are_counted_in_twenty_bins_of_which_the_last_holds_one():
    truth = label_truth(np.zeros((5, 2), dtype=bool))
    values = np.array([[0.0, 1.0], [0.049, 0.95], [0.05, 0.5], [0.1, 0.5], [0.999, 0.4999]])

    told = distribution(probabilities(values, truth))

    assert list(told.values()) == [[2, 1, 1] + [0] * 16 + [1], [0] * 9 + [1, 2] + [0] * 8 + [2]]


def test_of_boxes_each_is_counted_with_its_label_and_a_label_without_any_has_zeros():
    truth = box_truth([("a", "x", *BOX), ("b", "y", *BOX)])

    told = distribution(detections([("a", "x", 0.9, *BOX), ("b", "x", 0.91, *BOX), ("b", "x", 0.2, *BOX)], truth))

    assert told == {"x": [0] * 4 + [1] + [0] * 13 + [2, 0], "y": [0] * 20}


def test_shares_come_back_to_within_half_a_step_and_undefined_ones_as_such():
    values = np.append(np.random.default_rng(0).random(3997), [0, 1, np.nan]).reshape(4, 1000)

    packed = pack_shares(values.astype(np.float32))
    back = unpack_shares(packed, 4)

    assert len(packed) == 8000
    assert np.isnan(back[3, -1])
    assert np.nanmax(np.abs(back - values)) <= 1 / 131068 + 1e-7
    assert back[3, -3:-1].tolist() == [0, 1]


def test_a_card_has_the_replicates_of_each_label_and_their_mean_is_the_scores():
    truth, found = random_boxes(np.random.default_rng(0), guesses=300, images=30)

    card = score_detection(truth, found, metric=parse_metric("voc2010"), resamples=50)

    assert card.class_replicates.shape == (len(card.classes), 50)
    defined = np.array([score.in_score for score in card.classes])
    assert np.allclose(np.nanmean(card.class_replicates[defined], axis=0), card.replicates, atol=1e-6)
