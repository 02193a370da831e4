"""Which labels count, and why the others don't."""

import numpy as np

from competition.operations.choose_labels import labels_that_count, why_not_counting
from scoring import BoxTruth, LabelTruth

IMAGES = tuple(f"{number:02d}" for number in range(40))
PUBLIC = np.arange(40) < 20
RULE = {"min_positives": 10, "not_in_score": ("out",)}


def truth_of(**positives):
    """Labels by how many images of the public and of the private part have them."""
    values = np.zeros((40, len(positives)), dtype=np.bool_)
    for column, (public, private) in enumerate(positives.values()):
        values[:public, column] = values[20 : 20 + private, column] = True
    return LabelTruth(IMAGES, tuple(positives), values)


def test_each_label_that_does_not_count_has_its_reason():
    truth = truth_of(good=(3, 10), few_public=(2, 15), few_private=(9, 9), out=(10, 10), all_sick=(20, 10))

    assert labels_that_count(truth, PUBLIC, **RULE) == ["good"]
    assert why_not_counting(truth, PUBLIC, **RULE) == {
        "few_public": "2 of at least 3 positive images on the public part",
        "few_private": "9 of at least 10 positive images on the private part",
        "out": "listed in not_in_score",
        "all_sick": "no negative image on the public part",
    }


def test_without_a_split_all_images_are_one_part():
    truth = truth_of(good=(3, 7), few=(9, 0), all_sick=(20, 20))

    assert why_not_counting(truth, None, **RULE) == {
        "few": "9 of at least 10 positive images",
        "all_sick": "no negative image",
    }


def test_boxes_need_no_negative_image():
    everywhere = np.arange(40, dtype=np.int32)
    boxes = BoxTruth(IMAGES, ("good",), everywhere, np.zeros(40, np.int32), np.tile([0.0, 0.0, 1.0, 1.0], (40, 1)))

    assert why_not_counting(boxes, PUBLIC, **RULE) == {}
