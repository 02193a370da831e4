"""The scorecard as it is printed and stored."""

import json

import numpy as np
import pytest

from scoring.metric import parse_metric
from scoring.scorecard import score_classification, score_detection
from tests.scoring.made_up import label_truth, probabilities, random_boxes


def detection_card(metric, **options):
    truth, found = random_boxes(np.random.default_rng(0), images=40, boxes=60)
    return score_detection(truth, found, metric=parse_metric(metric), **options)


def test_a_detection_card_has_the_shape_of_the_interface():
    card = detection_card("voc2010@0.4", resamples=100, seed=7)

    printed = json.loads(json.dumps(card.as_json(), allow_nan=False))

    assert list(printed) == [
        "track", "metric", "value", "interval", "replicates", "seed", "classes", "thresholds", "scored_classes",
    ]  # fmt: skip
    assert (printed["track"], printed["metric"]) == ("detection", "voc2010@0.4")
    assert (printed["replicates"], printed["seed"], printed["scored_classes"]) == (100, 7, 2)
    assert printed["thresholds"] == {"0.40": card.value}
    assert printed["interval"] == list(card.interval)
    assert [list(row) for row in printed["classes"]] == [["label", "positives", "value", "interval"]] * 3
    assert printed["classes"][2] == {"label": "label2", "positives": 0, "value": None, "interval": None}
    assert sum(row["positives"] for row in printed["classes"]) == 60


def test_coco_lists_all_ten_thresholds_overall_and_per_class():
    card = detection_card("coco", resamples=10)

    printed = card.as_json()

    keys = ["0.50", "0.55", "0.60", "0.65", "0.70", "0.75", "0.80", "0.85", "0.90", "0.95"]
    assert list(printed["thresholds"]) == keys
    assert [list(row["thresholds"]) for row in printed["classes"]] == [keys] * 3
    assert printed["classes"][2]["thresholds"] == dict.fromkeys(keys)
    for key in keys:
        of_classes = [row["thresholds"][key] for row in printed["classes"][:2]]
        assert printed["thresholds"][key] == pytest.approx(np.mean(of_classes))
    assert printed["value"] == pytest.approx(np.mean(list(printed["thresholds"].values())))
    assert printed["classes"][0]["value"] == pytest.approx(np.mean(list(printed["classes"][0]["thresholds"].values())))


def test_froc_lists_its_seven_rates():
    printed = detection_card("froc", resamples=10).as_json()

    keys = ["0.125", "0.25", "0.5", "1.0", "2.0", "4.0", "8.0"]
    assert list(printed["rates"]) == keys
    assert printed["value"] == pytest.approx(np.mean(list(printed["rates"].values())))
    assert printed["thresholds"] == {"0.40": printed["value"]}
    assert printed["classes"][0]["value"] == pytest.approx(np.mean(list(printed["classes"][0]["rates"].values())))
    assert printed["classes"][2]["rates"] == dict.fromkeys(keys)


def test_a_classification_card_counts_images_and_gives_average_precision_beside():
    truth = label_truth(np.arange(60)[:, None] % 2 == 0, labels=["x"])
    found = probabilities(np.random.default_rng(0).random((60, 1)), truth)

    printed = json.loads(json.dumps(score_classification(truth, found, resamples=20).as_json()))

    assert (printed["track"], printed["metric"], printed["thresholds"]) == ("classification", "auroc", {})
    assert list(printed["classes"][0]) == ["label", "positives", "value", "interval", "average_precision"]
    assert printed["classes"][0]["positives"] == 30
    assert "approximate" not in printed


def test_only_an_approximate_interval_is_called_so():
    rare = label_truth(np.arange(60)[:, None] < 3, labels=["x"])
    found = probabilities(np.random.default_rng(0).random((60, 1)), rare)

    assert score_classification(rare, found, resamples=20).as_json()["approximate"] is True
    assert "approximate" not in score_classification(rare, found, resamples=0).as_json()


def test_a_pooled_froc_is_approximate_when_few_images_are_positive():
    truth, found = random_boxes(np.random.default_rng(0), images=9)
    many, of_many = random_boxes(np.random.default_rng(0), images=60, boxes=60)

    assert score_detection(truth, found, metric=parse_metric("froc"), resamples=9).approximate
    assert not score_detection(many, of_many, metric=parse_metric("froc"), resamples=9).approximate
