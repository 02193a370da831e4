"""The names of metrics."""

import pytest

from scoring.metric import Metric, parse_metric, threshold_key


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("voc2010@0.4", "voc2010@0.4"),
        ("voc2010@0.40", "voc2010@0.4"),
        ("voc2010", "voc2010@0.4"),
        ("voc2007@0.5", "voc2007@0.5"),
        ("coco", "coco"),
        ("froc", "froc"),
        ("auroc", "auroc"),
    ],
)
def test_a_metric_is_written_as_it_is_read(text, written):
    assert str(parse_metric(text)) == written
    assert parse_metric(written) == parse_metric(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("voc2012", "is not a metric"),
        ("", "is not a metric"),
        ("VOC2010@0.4", "is not a metric"),
        ("voc2010@", "is not a number"),
        ("voc2010@half", "is not a number"),
        ("voc2010@1", "below 1"),
        ("voc2010@-0.1", "at least 0"),
        ("voc2010@nan", "at least 0"),
        ("coco@0.5", "sets its overlap itself"),
        ("auroc@0.5", "sets its overlap itself"),
    ],
)
def test_what_is_no_metric_is_refused_with_a_sentence(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_metric(text)


def test_a_metric_made_by_hand_is_checked_too():
    with pytest.raises(ValueError, match="is not a metric"):
        Metric("map")


def test_each_metric_knows_its_track_and_its_thresholds():
    assert parse_metric("voc2010@0.3").thresholds == (0.3,)
    assert parse_metric("froc").thresholds == (0.4,)
    assert parse_metric("auroc").thresholds == ()
    assert parse_metric("auroc").track == "classification"
    assert parse_metric("coco").track == "detection"


def test_thresholds_are_named_with_two_decimals_where_two_tell_them():
    assert [threshold_key(iou) for iou in parse_metric("coco").thresholds] == [
        "0.50", "0.55", "0.60", "0.65", "0.70", "0.75", "0.80", "0.85", "0.90", "0.95",
    ]  # fmt: skip
    assert threshold_key(0.4) == "0.40"
    assert threshold_key(0.333) == "0.333"
