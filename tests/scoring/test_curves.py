"""Curves for reports."""

import json

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve, roc_curve

from scoring.metric import parse_metric
from scoring.scorecard import score_classification, score_detection
from tests.scoring.made_up import box_truth, detections, label_truth, probabilities, random_boxes

BOX = (0.0, 0.0, 10.0, 10.0)
MISS = (50.0, 50.0, 60.0, 60.0)


def test_a_detection_has_its_precision_at_each_recall_and_its_sensitivity_at_each_rate():
    truth = box_truth([("a", "x", *BOX), ("b", "x", *BOX)])
    found = detections(
        [("a", "x", 0.9, *BOX), ("a", "x", 0.8, *MISS), ("b", "x", 0.8, *BOX), ("b", "x", 0.7, *MISS)], truth
    )

    card = score_detection(truth, found, metric=parse_metric("voc2010"), resamples=0, curves=True)

    assert card.curves_as_json() == {
        "x": {
            "pr": [[0.5, 1.0], [1.0, 0.666667], [1.0, 0.5]],
            "froc": [[0.0, 0.5], [0.5, 1.0], [1.0, 1.0]],
        }
    }


def test_a_class_has_its_roc_and_its_precision_at_each_recall():
    generator = np.random.default_rng(0)
    truth = label_truth(generator.random((60, 1)) < 0.4)
    values = generator.integers(0, 20, (60, 1)) / 20

    card = score_classification(truth, probabilities(values, truth), resamples=0, curves=True)

    curves = card.curves_as_json()["label00"]
    false_positive_rate, true_positive_rate, _ = roc_curve(truth.values[:, 0], values[:, 0], drop_intermediate=False)
    precision, recall, _ = precision_recall_curve(truth.values[:, 0], values[:, 0])
    assert np.array(curves["roc"]) == pytest.approx(
        np.column_stack([false_positive_rate, true_positive_rate]), abs=1e-6
    )
    assert np.array(curves["pr"]) == pytest.approx(np.column_stack([recall, precision])[-2::-1], abs=1e-6)


def test_every_point_that_is_kept_is_one_of_the_whole_curve():
    generator = np.random.default_rng(1)
    truth = label_truth(generator.random((3000, 1)) < 0.05)
    values = np.clip(generator.random((3000, 1)) + 0.3 * truth.values, 0, 1)

    card = score_classification(truth, probabilities(values, truth), resamples=0, curves=True)

    roc, pr = card.classes[0].curve["roc"], card.classes[0].curve["pr"]
    false_positive_rate, true_positive_rate, _ = roc_curve(truth.values[:, 0], values[:, 0], drop_intermediate=False)
    precision, recall, _ = precision_recall_curve(truth.values[:, 0], values[:, 0])
    assert rounded(roc) <= rounded(zip(false_positive_rate, true_positive_rate, strict=True))
    assert rounded(pr) <= rounded(zip(recall, precision, strict=True))


def rounded(points):
    return {(round(float(across), 6), round(float(up), 6)) for across, up in points}


def test_the_curves_of_shuffled_rows_are_the_same():
    generator = np.random.default_rng(2)
    truth = label_truth(generator.random((500, 1)) < 0.3)
    values = generator.integers(0, 40, (500, 1)) / 40
    order = generator.permutation(500)

    told = [
        score_classification(one, probabilities(scores, one), resamples=0, curves=True).curves_as_json()
        for one, scores in ((truth, values), (label_truth(truth.values[order]), values[order]))
    ]

    assert told[0] == told[1]


def test_curves_have_at_most_two_hundred_points_and_keep_both_ends():
    generator = np.random.default_rng(0)
    truth = label_truth(generator.random((900, 1)) < 0.4)

    card = score_classification(truth, probabilities(generator.random((900, 1)), truth), resamples=0, curves=True)

    roc, pr = card.classes[0].curve["roc"], card.classes[0].curve["pr"]
    assert (len(roc), len(pr)) == (200, 200)
    assert (roc[0], roc[-1], pr[-1][0]) == ([0.0, 0.0], [1.0, 1.0], 1.0)


@pytest.mark.parametrize("metric", ["voc2007", "coco", "froc"])
def test_curves_are_plain_json_for_every_protocol(metric):
    truth, found = random_boxes(np.random.default_rng(0), guesses=900, images=4)
    large = box_truth([("a", "x", 0.0, 0.0, 9e5, 9e5), ("a", "x", *BOX)])
    around = detections([("a", "x", 0.9, 0.0, 0.0, 9e5, 9e5), ("a", "x", 0.8, *BOX)], large)

    card = score_detection(truth, found, metric=parse_metric(metric), resamples=0, curves=True)
    of_large = score_detection(large, around, metric=parse_metric(metric), resamples=0, curves=True)

    curves = json.loads(json.dumps(card.curves_as_json()))
    assert all(0 < len(points) <= 200 for label in ["label0", "label1"] for points in curves[label].values())
    assert curves["label2"] == {"pr": [], "froc": []}
    assert of_large.curves_as_json()["x"]["pr"][-1] == [1.0, 1.0]


def test_without_asking_there_are_no_curves():
    truth = label_truth([[1], [0]])

    card = score_classification(truth, probabilities([[0.9], [0.1]], truth), resamples=0)

    assert card.curves_as_json() == {}


def test_a_class_without_positives_has_empty_curves():
    truth = label_truth([[0], [0]])

    card = score_classification(truth, probabilities([[0.9], [0.1]], truth), resamples=0, curves=True)

    assert card.curves_as_json() == {"label00": {"roc": [], "pr": []}}


def test_a_label_that_is_never_detected_has_empty_curves():
    truth = box_truth([("a", "x", *BOX), ("b", "y", *BOX)])
    found = detections([("a", "x", 0.9, *BOX)], truth)

    card = score_detection(truth, found, metric=parse_metric("voc2010"), resamples=0, curves=True)

    assert card.classes[1].value == 0.0
    assert card.curves_as_json()["y"] == {"pr": [], "froc": []}
