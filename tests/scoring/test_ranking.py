"""Ranks, rank ranges and paired differences."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.ranking import compare, rank_entries

seeds = st.integers(0, 2**32 - 1)


def as_replicates(rows):
    return np.array(rows, dtype=np.float32)


def spread(centre, width, resamples=1000, seed=0):
    return centre + width * np.random.default_rng(seed).standard_normal(resamples)


def test_equal_scores_share_a_rank_and_the_next_one_skips():
    ranking = rank_entries(np.array([0.5, 0.9, 0.5, 0.1]), np.zeros((4, 10), dtype=np.float32))

    assert ranking.rank.tolist() == [2, 1, 2, 4]


def test_without_a_significant_difference_every_range_is_the_whole_board():
    ranking = rank_entries(np.array([0.3, 0.2, 0.1]), np.zeros((3, 10), dtype=np.float32))

    assert (ranking.rank_low.tolist(), ranking.rank_high.tolist()) == ([1, 1, 1], [3, 3, 3])
    assert not ranking.separable_from_above.any()
    assert not ranking.separable_from_first.any()


def test_a_range_counts_the_entries_that_are_significantly_better_and_worse():
    replicates = as_replicates([spread(0.9, 0.01), spread(0.5, 0.01, seed=1), spread(0.5, 0.01, seed=2)])

    ranking = rank_entries(np.array([0.9, 0.501, 0.5]), replicates)

    assert ranking.rank.tolist() == [1, 2, 3]
    assert (ranking.rank_low.tolist(), ranking.rank_high.tolist()) == ([1, 2, 2], [1, 3, 3])
    assert ranking.separable_from_above.tolist() == [False, True, False]
    assert ranking.separable_from_first.tolist() == [False, True, True]


def test_being_not_separable_is_said_of_pairs_and_does_not_carry_over():
    noise = spread(0, 0.01)
    replicates = as_replicates([noise * 0 + 0.515, noise * 0 + 0.5 + noise, noise * 0 + 0.485])

    ranking = rank_entries(np.array([0.515, 0.5, 0.485]), replicates)

    assert ranking.separable_from_above.tolist() == [False, False, False]
    assert ranking.separable_from_first.tolist() == [False, False, True]


def test_a_range_holds_the_rank_even_where_replicates_contradict_the_score():
    replicates = as_replicates([np.full(50, 0.1), np.full(50, 0.9)])

    ranking = rank_entries(np.array([0.9, 0.1]), replicates)

    assert (ranking.rank_low.tolist(), ranking.rank_high.tolist()) == ([1, 1], [2, 2])


def plain_better(replicates):
    """By the quantiles of every pair."""
    values = replicates.astype(float)
    return np.array([[np.quantile(mine - other, 0.025) > 0 for other in values] for mine in values])


@settings(max_examples=100, deadline=None)
@given(seeds, st.sampled_from([1, 2, 3, 10, 40, 41, 100, 1000]), st.sampled_from([2, 5, 1000]))
def test_ranges_are_those_of_every_pairs_quantile_at_its_boundary_too(seed, resamples, distinct):
    generator = np.random.default_rng(seed)
    drift = np.linspace(0, 1, 8)[:, None] * generator.random()
    replicates = as_replicates(generator.integers(0, distinct, (8, resamples)) / distinct + drift)
    scores = np.round(replicates.mean(axis=1).astype(float), 1)

    ranking = rank_entries(scores, replicates)

    better = plain_better(replicates)
    rank = [1 + sum(other > score for other in scores) for score in scores]
    assert ranking.rank.tolist() == rank
    assert ranking.rank_low.tolist() == np.minimum(1 + better.sum(axis=0), rank).tolist()
    assert ranking.rank_high.tolist() == np.maximum(8 - better.sum(axis=1), rank).tolist()
    listed = sorted(range(8), key=lambda place: -scores[place])
    for above, below in pairwise(listed):
        assert ranking.separable_from_above[below] == (better[above, below] or better[below, above])
        assert ranking.separable_from_first[below] == (better[listed[0], below] or better[below, listed[0]])


def test_a_board_without_entries_or_replicates_has_whole_ranges():
    none = rank_entries(np.empty(0), np.empty((0, 10), dtype=np.float32))
    bare = rank_entries(np.array([0.2, 0.3]), np.empty((2, 0), dtype=np.float32))
    alone = rank_entries(np.array([0.2]), np.zeros((1, 10), dtype=np.float32))

    assert none.rank.tolist() == []
    assert (bare.rank.tolist(), bare.rank_low.tolist(), bare.rank_high.tolist()) == ([2, 1], [1, 1], [2, 2])
    assert (alone.rank.tolist(), alone.rank_low.tolist(), alone.rank_high.tolist()) == ([1], [1], [1])


def test_the_simultaneous_form_needs_a_larger_difference():
    # Pairs differ by about 2.5 standard errors: enough for one pair, not for the best of 190.
    replicates = as_replicates([spread(0.5, 0.01, seed=seed) for seed in range(19)] + [spread(0.535, 0.01, seed=99)])
    scores = np.round(replicates.mean(axis=1).astype(float), 3)

    pairwise = rank_entries(scores, replicates)
    simultaneous = rank_entries(scores, replicates, simultaneous=True)

    assert pairwise.rank_high[19] == 1
    assert simultaneous.rank_high[19] == 20


def test_the_simultaneous_form_tells_apart_what_is_far_apart():
    replicates = as_replicates([spread(0.9, 0.01), spread(0.5, 0.01, seed=1), spread(0.5, 0.01, seed=1)])

    ranking = rank_entries(np.array([0.9, 0.5, 0.5]), replicates, simultaneous=True)

    assert (ranking.rank_low.tolist(), ranking.rank_high.tolist()) == ([1, 2, 2], [1, 3, 3])


def plain_better_at_once(replicates):
    """Pair by pair: how far each difference lies from its mean, and what the furthest of all pairs reaches."""
    values = replicates.astype(float)
    pairs = [(mine, other) for mine in range(len(values)) for other in range(len(values)) if mine != other]
    difference = {pair: values[pair[0]] - values[pair[1]] for pair in pairs}
    error = {pair: np.std(difference[pair], ddof=1) for pair in pairs}
    spread = [pair for pair in pairs if error[pair] > 0]
    furthest = [
        max([abs(difference[pair][nth] - difference[pair].mean()) / error[pair] for pair in spread], default=0)
        for nth in range(values.shape[1])
    ]
    limit = np.quantile(furthest, 0.95)
    better = np.zeros((len(values), len(values)), dtype=bool)
    for pair in pairs:
        better[pair] = difference[pair].mean() > limit * error[pair]
    return better


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from([3, 40, 200]), st.sampled_from([2, 5, 1000]))
def test_the_simultaneous_ranges_are_those_of_max_t_over_all_pairs(seed, resamples, distinct):
    generator = np.random.default_rng(seed)
    drift = 3 * generator.random() * np.arange(5)[:, None]
    replicates = as_replicates(generator.integers(0, distinct, (5, resamples)) / distinct + drift)
    scores = np.round(replicates.mean(axis=1).astype(float), 1)

    ranking = rank_entries(scores, replicates, simultaneous=True)

    better = plain_better_at_once(replicates)
    assert ranking.rank_low.tolist() == np.minimum(1 + better.sum(axis=0), ranking.rank).tolist()
    assert ranking.rank_high.tolist() == np.maximum(5 - better.sum(axis=1), ranking.rank).tolist()


@pytest.mark.parametrize("resamples", [0, 1])
def test_the_simultaneous_form_tells_nothing_apart_without_a_spread(resamples):
    replicates = as_replicates(np.arange(2 * resamples).reshape(2, resamples))

    assert rank_entries(np.array([0.1, 0.9]), replicates, simultaneous=True).rank_low.tolist() == [1, 1]


def test_two_entries_differ_significantly_when_the_percentile_interval_excludes_zero():
    shared = spread(0.5, 0.05)
    low, high = as_replicates(shared), as_replicates(shared + spread(0.02, 0.005, seed=1))

    difference = compare(0.52, high, 0.5, low)
    opposite = compare(0.5, low, 0.52, high)

    assert difference.value == pytest.approx(0.02)
    assert difference.interval == pytest.approx(
        tuple(np.quantile(high.astype(float) - low.astype(float), [0.025, 0.975]))
    )
    assert difference.significant
    assert opposite.significant
    assert opposite.interval == pytest.approx((-difference.interval[1], -difference.interval[0]))
    assert not compare(0.5, low, 0.5, low).significant


def test_without_replicates_a_difference_has_no_interval():
    empty = as_replicates([])

    difference = compare(0.6, empty, 0.5, empty)

    assert (difference.interval, difference.significant) == (None, False)
