"""The made-up test set looks like the real one and keeps its rules."""

import re
from dataclasses import astuple

import numpy as np
import pytest

from competition.demo.consensus import Consensus, draw_consensus
from competition.demo.findings import GLOBAL_SHARES, LOCAL_SHARES
from scoring import ALL, LOCAL, Manifest, check_vindr_rules, read_box_truth, read_label_truth

OTHER_SEEDS = range(40)


def positives(truth: Consensus) -> np.ndarray:
    return np.concatenate([truth.local_labels, truth.global_labels], axis=1).sum(axis=0)


def test_the_labels_keep_the_rules_of_the_labelling_tool(truth: Consensus) -> None:
    problems = check_vindr_rules(truth.annotations_csv(), truth.image_labels_csv())

    assert problems == ()


def test_the_files_are_read_as_ground_truth_and_agree(truth: Consensus, images: Manifest) -> None:
    boxes = read_box_truth(truth.annotations_csv(), labels=LOCAL, manifest=images)
    labels = read_label_truth(truth.image_labels_csv(), labels=ALL, manifest=images)

    assert boxes.image_ids == labels.image_ids == truth.image_ids
    assert np.array_equal(boxes.positive_images(), labels.values[:, : len(LOCAL)])
    assert len(boxes.box) == len(truth.box)


def test_there_are_3000_images_with_ids_of_32_hex_digits_and_the_paper_s_size(truth: Consensus) -> None:
    assert len(set(truth.image_ids)) == 3000
    assert all(re.fullmatch("[0-9a-f]{32}", image) for image in truth.image_ids)
    assert np.median(truth.size, axis=0) == pytest.approx([2446, 2788], rel=0.02)


def test_each_label_is_as_common_as_in_the_paper_s_table(truth: Consensus) -> None:
    expected = 3000 * np.concatenate([LOCAL_SHARES, GLOBAL_SHARES])
    deviation = np.sqrt(expected * (1 - expected / 3000))

    assert np.all(np.abs(positives(truth) - expected) < 3 * deviation)


def test_over_many_draws_the_counts_average_to_the_paper_s_prevalence() -> None:
    expected = 3000 * np.concatenate([LOCAL_SHARES, GLOBAL_SHARES])

    mean = np.mean([positives(draw_consensus(seed)) for seed in OTHER_SEEDS], axis=0)

    error = np.sqrt(expected / len(OTHER_SEEDS))
    assert np.all(np.abs(mean - expected) < 4 * error)


def test_a_label_of_one_image_in_15000_is_not_made_more_common() -> None:
    edema = ALL.index("Edema")

    drawn = [positives(draw_consensus(seed))[edema] for seed in OTHER_SEEDS]

    assert drawn.count(0) > len(drawn) / 2


def test_boxes_lie_inside_their_images(truth: Consensus) -> None:
    width, height = truth.size[truth.image].T
    x_min, y_min, x_max, y_max = truth.box.T

    assert np.all((x_min >= 0) & (x_min < x_max) & (x_max <= width))
    assert np.all((y_min >= 0) & (y_min < y_max) & (y_max <= height))


def test_an_enlarged_heart_is_wide_and_in_the_middle_and_a_nodule_is_small(truth: Consensus) -> None:
    share = truth.box / np.tile(truth.size[truth.image], 2)
    hearts, nodules = (share[truth.label == LOCAL.index(name)] for name in ("Cardiomegaly", "Nodule/Mass"))

    assert np.median(hearts[:, 2] - hearts[:, 0]) > 0.4
    assert np.median(hearts[:, 0] + hearts[:, 2]) / 2 == pytest.approx(0.5, abs=0.1)
    assert np.median(nodules[:, 2] - nodules[:, 0]) < 0.1


def test_the_same_seed_draws_the_same_and_another_seed_does_not(truth: Consensus) -> None:
    again, another = draw_consensus(), draw_consensus(seed=1)

    assert all(np.array_equal(one, other) for one, other in zip(astuple(truth), astuple(again), strict=True))
    assert truth.image_ids != another.image_ids
