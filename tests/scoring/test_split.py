"""The secret division into a public and a private part."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.split import draw_split

seeds = st.integers(0, 2**32 - 1)


def made_up(seed: int, images: int = 400) -> tuple[np.ndarray, list[str]]:
    draw = np.random.default_rng(seed)
    positive = draw.random((images, 5)) < [0.3, 0.1, 0.05, 0.02, 0.5]
    return positive, [f"patient {number}" for number in draw.integers(0, images // 3, images)]


@given(seeds, st.sampled_from([0.1, 0.3, 0.5]))
def test_every_label_and_the_images_are_shared_out_as_asked_for(seed: int, share: float) -> None:
    positive, _ = made_up(seed)

    public = draw_split(positive, None, public_share=share, seed=seed)

    assert abs(public.sum() - share * len(public)) <= 5
    assert (abs(positive[public].sum(axis=0) - share * positive.sum(axis=0)) <= 5).all()


@given(seeds)
def test_a_group_is_never_divided(seed: int) -> None:
    positive, groups = made_up(seed)

    public = draw_split(positive, groups, public_share=0.3, seed=seed)

    assert {group for group, part in zip(groups, public, strict=True) if part}.isdisjoint(
        group for group, part in zip(groups, public, strict=True) if not part
    )


def test_the_same_seed_gives_the_same_split_and_another_one_another() -> None:
    positive, groups = made_up(1)

    splits = [draw_split(positive, groups, public_share=0.3, seed=seed).tolist() for seed in (7, 7, 8)]

    assert splits[0] == splits[1]
    assert splits[0] != splits[2]


@pytest.mark.parametrize("labels", [0, 1])
def test_images_without_any_label_are_shared_out_too(labels: int) -> None:
    public = draw_split(np.zeros((10, labels), dtype=np.bool_), None, public_share=0.3, seed=0)

    assert public.sum() == 3


POSITIVES = (220, 86, 309, 194, 96, 3, 8, 221, 58, 9, 2, 84, 20, 176, 217, 18, 169, 111, 11, 94, 80, 246, 164, 657, 2)
"""About as unequal as the labels of 3,000 chest radiographs are: from two positive images to hundreds."""


@settings(max_examples=20)
@given(seeds)
def test_labels_as_unequal_as_real_ones_are_all_shared_out_to_the_nearest_images(seed: int) -> None:
    draw = np.random.default_rng(seed)
    positive = np.zeros((3000, len(POSITIVES)), dtype=np.bool_)
    for label, count in enumerate(POSITIVES):
        positive[draw.choice(3000, count, replace=False), label] = True

    public = draw_split(positive, None, public_share=0.3, seed=seed)

    assert (abs(positive[public].sum(axis=0) - 0.3 * positive.sum(axis=0)) <= 6).all()
    assert abs(public.sum() - 900) <= 6
