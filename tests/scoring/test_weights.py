"""Weighted sums: wide and narrow blocks of columns go different ways to the same bits."""

import numpy as np
import pytest

from scoring import weights as module
from scoring.weights import (
    maximum_from_here_on,
    mean_of_defined,
    running_sum,
    sum_of_rows,
    total_weight,
    weight_of_first,
)


@pytest.fixture(params=[0, 1000], ids=["wide", "narrow"])
def way(request, monkeypatch):
    monkeypatch.setattr(module, "NARROW", request.param)


def made_up_weights(columns=5):
    return np.random.default_rng(7).poisson(1, (40, columns)).astype(np.uint8)


@pytest.mark.usefixtures("way")
def test_the_weight_of_the_first_rows_is_their_sum(monkeypatch):
    monkeypatch.setattr(module, "PORTION", 3)
    weights = made_up_weights()
    images = np.random.default_rng(8).integers(0, 40, 30)
    stops = np.array([0, 0, 1, 7, 30])

    sums = weight_of_first(weights, images, stops)

    assert sums.tolist() == [weights[images[:stop]].sum(axis=0).tolist() for stop in stops]
    assert total_weight(weights, images).tolist() == sums[-1].tolist()


@pytest.mark.usefixtures("way")
def test_running_sums_and_maxima_go_row_by_row():
    rows = np.array([[1, 255], [3, 255], [2, 4]], dtype=np.uint8)

    assert running_sum(rows).tolist() == [[1, 255], [4, 510], [6, 514]]
    assert maximum_from_here_on(rows.astype(np.float64)).tolist() == [[3.0, 255.0], [3.0, 255.0], [2.0, 4.0]]


@pytest.mark.usefixtures("way")
def test_a_running_sum_is_wide_enough_for_the_largest_weights():
    rows = np.full((3, 2), 2**31 - 1, dtype=np.uint32)

    assert running_sum(rows)[-1].tolist() == [3 * (2**31 - 1)] * 2


@pytest.mark.parametrize("shape", [(1000, 7), (1000, 9), (3, 1001), (300, 1001), (2000, 33), (1, 12), (0, 12)])
def test_the_sum_of_a_column_has_the_same_bits_whatever_stands_beside_it(shape):
    draw = np.random.default_rng(9)
    rows = draw.random(shape) * 10.0 ** draw.integers(-9, 9, (shape[0], 1))

    alone = [sum_of_rows(rows[:, place : place + 1])[0] for place in range(shape[1])]

    assert sum_of_rows(rows).tolist() == alone
    assert sum_of_rows(np.asfortranarray(rows)).tolist() == alone


def test_a_mean_leaves_out_what_is_undefined():
    rows = np.array([[0.2, np.nan, np.nan], [0.4, 0.5, np.nan]])

    means = mean_of_defined(rows)

    assert means[:2].tolist() == pytest.approx([0.3, 0.5])
    assert np.isnan(means[2])
    assert np.isnan(mean_of_defined(np.empty((0, 1)))).all()
