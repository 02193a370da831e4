"""Overlap of boxes."""

from itertools import pairwise

import numpy as np
import pytest

from scoring import boxes
from scoring.boxes import iou, iou_of_coco, pairs_of_one_group


def both(first, second):
    pair = np.array([first], dtype=float), np.array([second], dtype=float)
    return iou(*pair)[0], iou_of_coco(*pair)[0]


def test_boxes_that_touch_in_a_corner_do_not_overlap():
    assert both((1000, 1000, 1100, 1100), (1100, 1100, 1200, 1200)) == (0.0, 0.0)


def test_boxes_that_share_an_edge_do_not_overlap():
    assert both((0, 0, 10, 10), (10, 0, 20, 10)) == (0.0, 0.0)


def test_half_a_box_overlaps_it_by_exactly_one_half():
    assert both((0, 0, 10, 10), (0, 0, 10, 5)) == (0.5, 0.5)


def test_a_width_is_the_difference_of_the_corners_without_another_pixel():
    assert both((0, 0, 1, 1), (0, 0, 2, 1)) == (0.5, 0.5)


def test_boxes_whose_area_vanishes_in_float64_overlap_nothing():
    sliver = (0, 0, 1e-200, 1e-200)

    assert both(sliver, sliver) == (0.0, 0.0)


@pytest.mark.parametrize("at_once", [1, 2, 7, 1000])
def test_pairs_come_detection_by_detection_whatever_the_portion(monkeypatch, at_once):
    monkeypatch.setattr(boxes, "PAIRS_AT_ONCE", at_once)
    groups, truth_groups = np.array([3, 1, 9, 3]), np.array([3, 1, 3, 2])

    portions = list(pairs_of_one_group(groups, truth_groups))

    assert np.concatenate([detection for detection, _ in portions]).tolist() == [0, 0, 1, 3, 3]
    assert np.concatenate([box for _, box in portions]).tolist() == [0, 2, 1, 0, 2]
    assert all(len(set(first) & set(second)) == 0 for (first, _), (second, _) in pairwise(portions))
