"""The detection metrics against their plain definitions and pycocotools, on random boxes full of ties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.metric import parse_metric
from scoring.scorecard import score_detection
from tests.scoring.made_up import box_truth, detections, random_boxes
from tests.scoring.reference_detection import coco_values, froc_sensitivities, voc_flags, voc_values

seeds = st.integers(0, 2**32 - 1)
tie_scores = st.sampled_from([None, 1, 4, 30])


def values(truth, found, metric, **options):
    card = score_detection(truth, found, metric=parse_metric(metric), resamples=0, **options)
    return [score.value for score in card.classes]


@settings(max_examples=150, deadline=None)
@given(seeds, tie_scores, st.sampled_from(["voc2010", "voc2007"]), st.sampled_from([0.0, 0.25, 0.4, 0.5, 0.75]))
def test_voc_is_what_its_definition_says(seed, scores, protocol, threshold):
    truth, found = random_boxes(np.random.default_rng(seed), scores=scores)

    mine = values(truth, found, f"{protocol}@{threshold}")

    assert mine == pytest.approx(voc_values(truth, found, threshold, protocol), abs=1e-12)


@settings(max_examples=150, deadline=None)
@given(seeds, tie_scores, st.sampled_from([(12, 30, 120), (2, 12, 300), (1, 25, 450), (30, 5, 40), (3, 0, 20)]))
def test_coco_is_what_pycocotools_says_at_every_threshold(seed, scores, sizes):
    images, boxes, guesses = sizes
    truth, found = random_boxes(np.random.default_rng(seed), images=images, boxes=boxes, guesses=guesses, scores=scores)

    card = score_detection(truth, found, metric=parse_metric("coco"), resamples=0)

    mine = np.array([list(score.thresholds.values()) for score in card.classes], dtype=float)
    assert np.allclose(mine, coco_values(truth, found), rtol=0, atol=1e-9, equal_nan=True)


@settings(max_examples=100, deadline=None)
@given(seeds, st.sampled_from([1.0, 1 / 3, 1e-3, 1e5, 123.456]), st.sampled_from([0.0, 0.1, 777.7]))
def test_coco_is_what_pycocotools_says_of_odd_coordinates_and_areas_beyond_its_largest(seed, scale, offset):
    truth, found = random_boxes(np.random.default_rng(seed), images=6, scores=4)
    truth.box[:] = truth.box * scale + offset
    found.box[:] = found.box * scale + offset

    card = score_detection(truth, found, metric=parse_metric("coco"), resamples=0)

    mine = np.array([list(score.thresholds.values()) for score in card.classes], dtype=float)
    assert np.allclose(mine, coco_values(truth, found), rtol=0, atol=1e-9, equal_nan=True)


@settings(max_examples=100, deadline=None)
@given(seeds, tie_scores, st.sampled_from([3, 40]))
def test_froc_is_what_its_definition_says(seed, scores, images):
    truth, found = random_boxes(np.random.default_rng(seed), images=images, scores=scores)

    card = score_detection(truth, found, metric=parse_metric("froc"), resamples=0)

    flags = np.array(voc_flags(truth, found, 0.4))
    for label, score in enumerate(card.classes):
        here = found.label == label
        expected = froc_sensitivities(
            flags[here].tolist(), found.score[here].tolist(), int((truth.label == label).sum()), images
        )
        assert list(score.rates.values()) == (pytest.approx(expected, abs=1e-12) if expected else [None] * 7)
        assert score.value == (pytest.approx(np.mean(expected), abs=1e-12) if expected else None)
    with_truth = np.isin(found.label, truth.label)
    pooled = froc_sensitivities(flags[with_truth].tolist(), found.score[with_truth].tolist(), len(truth.box), images)
    assert list(card.rates.values()) == pytest.approx(pooled, abs=1e-12)
    assert card.value == pytest.approx(np.mean(pooled), abs=1e-12)


ONE = ("a", "x", 0.0, 0.0, 10.0, 10.0)


def found_of(truth, *rows):
    return detections([("a", "x", *row) for row in rows], truth)


@pytest.mark.parametrize(
    ("true_boxes", "guesses", "coco", "voc2010", "voc2007"),
    [
        pytest.param(
            [(0, 0, 10, 10), (20, 20, 30, 30), (40, 40, 50, 50)],
            [(0.9, 0, 0, 10, 10)],
            0.3366,
            0.3333,
            0.3636,
            id="one of three boxes found, nothing else",
        ),
        pytest.param([(0, 0, 10, 10)], [(0.9, 0, 0, 10, 5)], 1.0, 0.0, 0.0, id="IoU exactly 0.5"),
        pytest.param(
            [(0, 0, 10, 10), (0, 2, 10, 12)],
            [(0.9, 0, 0, 10, 10), (0.8, 0, 0.5, 10, 10.5)],
            1.0,
            0.5,
            0.5455,
            id="two detections that both overlap the first box most",
        ),
        pytest.param(
            [(0, 0, 10, 10)],
            [(0.9, 0, 0, 10, 10), (0.8, 0, 0, 10, 10)],
            1.0,
            1.0,
            1.0,
            id="the same detection twice on one true box",
        ),
    ],
)
def test_the_worked_cases_have_the_numbers_that_the_definition_prints(true_boxes, guesses, coco, voc2010, voc2007):
    truth = box_truth([("a", "x", *map(float, box)) for box in true_boxes])
    found = found_of(truth, *guesses)

    at_half = score_detection(truth, found, metric=parse_metric("coco"), resamples=0).thresholds["0.50"]

    assert round(at_half, 4) == coco
    assert round(values(truth, found, "voc2010@0.5")[0], 4) == voc2010
    assert round(values(truth, found, "voc2007@0.5")[0], 4) == voc2007


@pytest.mark.parametrize("metric", ["voc2010@0.4", "voc2007@0.4", "coco"])
def test_a_class_without_ground_truth_has_no_value_and_is_left_out_of_the_mean(metric):
    truth = box_truth([ONE], labels=["x", "y"])
    found = detections([("a", "x", 0.9, *ONE[2:]), ("a", "y", 0.9, *ONE[2:])], truth)

    card = score_detection(truth, found, metric=parse_metric(metric), resamples=0)

    assert [score.value for score in card.classes] == [1.0, None]
    assert (card.value, card.scored_classes) == (1.0, 1)


@pytest.mark.parametrize("metric", ["voc2010", "voc2007", "coco", "froc"])
def test_without_any_ground_truth_there_is_no_value_and_no_interval(metric):
    truth = box_truth([], images=["a"], labels=["x"])
    found = found_of(truth, (0.9, 0, 0, 10, 10))

    card = score_detection(truth, found, metric=parse_metric(metric), resamples=20)

    assert (card.value, card.interval, card.replicates, card.scored_classes) == (None, None, None, 0)
    assert card.as_json()["classes"][0]["value"] is None


@pytest.mark.parametrize("metric", ["voc2010", "voc2007", "coco", "froc"])
def test_without_a_detection_the_value_is_zero(metric):
    truth = box_truth([ONE])

    assert values(truth, detections([], truth), metric) == [0.0]


def test_detections_on_an_image_without_ground_truth_are_false_positives():
    truth = box_truth([ONE], images=["b"])
    found = detections([("b", "x", 0.9, *ONE[2:]), ("a", "x", 0.8, *ONE[2:])], truth)

    assert values(truth, found, "voc2010@0.4") == [0.5]
    assert values(truth, found, "coco") == pytest.approx([0.5])


def test_coco_evaluates_a_hundred_detections_of_a_class_on_an_image_and_voc_all():
    truth = box_truth([ONE])
    misses = [(0.9, 50.0, 50.0, 60.0 + nth, 60.0) for nth in range(100)]
    found = found_of(truth, *misses, (0.1, *ONE[2:]))

    assert values(truth, found, "coco") == [0.0]
    assert values(truth, found, "voc2010") == [pytest.approx(1 / 101)]


def test_a_thousand_duplicates_are_no_better_than_one():
    truth = box_truth([ONE, ("a", "x", 50.0, 50.0, 60.0, 60.0)])
    found = found_of(truth, *[(0.9, *ONE[2:])] * 1000, (0.5, 50.0, 50.0, 60.0, 60.0))

    assert values(truth, found, "voc2010") == [pytest.approx(0.5 + 0.5 * 2 / 1001)]
    assert values(truth, found, "coco") == [pytest.approx(51 / 101)]


@pytest.mark.parametrize("metric", ["voc2010", "coco", "froc"])
def test_identical_boxes_of_two_classes_do_not_meet(metric):
    truth = box_truth([ONE, ("a", "y", *ONE[2:])])
    found = detections([("a", "x", 0.9, *ONE[2:]), ("a", "y", 0.9, *ONE[2:])], truth)

    assert values(truth, found, metric) == pytest.approx([1.0, 1.0])


def test_with_all_scores_equal_the_canonical_order_decides():
    truth = box_truth([("b", "x", *ONE[2:])], images=["a"])
    miss_first = detections([("b", "x", 0.5, *ONE[2:]), ("a", "x", 0.5, *ONE[2:])], truth)
    hit_first = detections([("b", "x", 0.5, *ONE[2:]), ("b", "x", 0.5, 50.0, 0.0, 60.0, 10.0)], truth)

    assert values(truth, miss_first, "voc2010") == [0.5]
    assert values(truth, hit_first, "voc2010") == [1.0]


def test_at_equal_largest_iou_voc_takes_the_first_true_box_and_coco_the_last():
    left, right = (0.0, 0.0, 10.0, 10.0), (4.0, 0.0, 14.0, 10.0)
    truth = box_truth([("a", "x", *left), ("a", "x", *right)])
    between_then_left = found_of(truth, (0.9, 2.0, 0.0, 12.0, 10.0), (0.8, *left))
    between_then_right = found_of(truth, (0.9, 2.0, 0.0, 12.0, 10.0), (0.8, *right))

    assert values(truth, between_then_left, "voc2010") == [0.5]
    assert values(truth, between_then_right, "voc2010") == [1.0]
    card = [
        score_detection(truth, found, metric=parse_metric("coco"), resamples=0).thresholds["0.50"]
        for found in (between_then_left, between_then_right)
    ]
    assert card == pytest.approx([1.0, 51 / 101])


def test_predictions_for_other_images_and_labels_are_left_aside():
    truth = box_truth([ONE, ("b", "y", *ONE[2:])])
    found = detections([("a", "x", 0.8, *ONE[2:]), ("b", "y", 0.9, *ONE[2:]), ("b", "x", 0.95, *ONE[2:])], truth)
    part = box_truth([ONE], labels=["x"])

    assert values(part, found, "voc2010") == [1.0]


def test_a_metric_of_the_other_track_is_refused():
    truth = box_truth([ONE])

    with pytest.raises(ValueError, match="auroc doesn't score boxes"):
        values(truth, detections([], truth), "auroc")


def test_a_pooled_froc_is_that_of_the_scored_labels_alone():
    truth, found = random_boxes(np.random.default_rng(5), labels=4)
    flags = np.array(voc_flags(truth, found, 0.4))
    here = found.label == 1

    card = score_detection(truth, found, metric=parse_metric("froc"), resamples=0, scored=["label1"])

    expected = froc_sensitivities(
        flags[here].tolist(), found.score[here].tolist(), int((truth.label == 1).sum()), len(truth.image_ids)
    )
    assert list(card.rates.values()) == pytest.approx(expected, abs=1e-12)
    assert card.rates == card.classes[1].rates


@pytest.mark.parametrize("metric", ["voc2010", "coco", "froc"])
def test_without_any_label_there_is_no_score(metric):
    truth = box_truth([], images=["a", "b"])

    card = score_detection(truth, detections([], truth), metric=parse_metric(metric), resamples=5)

    assert (card.value, card.interval, card.classes) == (None, None, ())
