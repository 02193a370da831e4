"""The compiled kernel gives the bits of the numpy beside it, and refuses what it can't have been meant to get."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import compiled
from scoring.average_precision import LabelRows, average_precisions
from scoring.bootstrap import draw
from scoring.classification import aurocs, sorted_scores
from scoring.known_names import KnownNames
from scoring.metric import parse_metric
from scoring.octets import OctetColumn, Octets
from scoring.pcg64 import state_after_seeding
from scoring.plain_decimals import read_plain_decimals
from scoring.scorecard import score_classification, score_detection
from scoring.weights import total_weight, weight_of_first
from tests.scoring.made_up import label_truth, probabilities, random_boxes
from tests.scoring.test_octets import decimal, text

built = pytest.mark.skipif(
    not compiled.is_used() and not os.environ.get("VINDR_NEEDS_KERNEL"),
    reason="The kernel is switched off or not built here: `make scoring/_kernel.so` builds it where a C compiler is.",
)
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=30, deadline=None)


@contextmanager
def numpy_alone():
    library, compiled._library = compiled._library, None
    try:
        yield
    finally:
        compiled._library = library


def both_ways(act):
    """What `act` gives with the kernel and by numpy alone."""
    assert compiled.is_used()
    fast = act()
    with numpy_alone():
        return fast, act()


def some_weights(generator, columns=None, images=12, largest=None):
    columns = columns or int(generator.integers(64, 300))
    weights = generator.poisson(1, (images, columns))
    if largest is not None:
        weights[generator.integers(images), generator.integers(columns)] = largest
    return weights.astype(np.uint8)


@built
def test_the_kernel_is_there_where_it_must_be():
    assert compiled.is_used()


@built
@few
@given(seeds, st.sampled_from([None, 0, 1, 5]), st.sampled_from(["voc2010@0.4", "voc2007@0.5", "coco", "froc"]))
def test_a_scorecard_of_boxes_has_the_same_bits(seed, scores, metric):
    generator = np.random.default_rng(seed)
    truth, found = random_boxes(
        generator, images=20, boxes=40, guesses=int(generator.integers(1, 300)), scores=scores or None
    )
    groups = [f"p{place}" for place in generator.integers(0, 9, 20)] if seed % 2 else None

    def card():
        card = score_detection(truth, found, metric=parse_metric(metric), resamples=130, seed=1, groups=groups)
        return json.dumps(card.as_json()), card.replicates.tobytes()

    fast, plain = both_ways(card)

    assert fast == plain


@built
@few
@given(seeds, st.sampled_from([None, 1, 3, 10]))
def test_a_scorecard_of_probabilities_has_the_same_bits(seed, distinct):
    generator = np.random.default_rng(seed)
    truth = label_truth(generator.random((60, 3)) < [0.05, 0.4, 0.95])
    values = generator.random((60, 3)) if distinct is None else generator.integers(0, distinct, (60, 3)) / distinct

    def card():
        card = score_classification(truth, probabilities(values, truth), resamples=130)
        return json.dumps(card.as_json()), None if card.replicates is None else card.replicates.tobytes()

    fast, plain = both_ways(card)

    assert fast == plain


@built
@few
@given(seeds, st.sampled_from(["voc2010", "voc2007", "coco"]), st.sampled_from([None, 1, 9, 255]))
def test_average_precisions_have_the_same_bits_with_any_weights(seed, protocol, largest):
    generator = np.random.default_rng(seed)
    weights = some_weights(generator, largest=largest)
    count, boxes = int(generator.integers(0, 400)), int(generator.integers(0, 60))
    truth_image = generator.integers(0, 12, boxes)
    found = np.zeros((3, count), dtype=np.bool_)
    for row, share in zip(found, (0.9, 0.5, 0.0), strict=True):
        row[generator.permutation(count)[: int(min(count, boxes) * share)]] = True
    # What is found is on the images of true boxes, as matching has it.
    image = generator.integers(0, 12, count)
    right = np.flatnonzero(found.any(axis=0))[:boxes]
    found[:, np.setdiff1d(np.arange(count), right)] = False
    image[right] = truth_image[: len(right)]
    rows = LabelRows(image, np.zeros(count), found, None, truth_image)

    fast, plain = both_ways(lambda: average_precisions(protocol, rows, weights).tobytes())

    assert fast == plain


@built
@few
@given(seeds, st.sampled_from([1, 2, 5, 1000]), st.sampled_from([None, 255]))
def test_sums_of_weights_and_aurocs_are_the_same(seed, distinct, largest):
    generator = np.random.default_rng(seed)
    weights = some_weights(generator, images=700, largest=largest)
    images = generator.integers(0, 700, int(generator.integers(0, 900)))
    stops = np.sort(generator.integers(0, len(images) + 1, 20))
    scores = sorted_scores(generator.random(700) < generator.random(), generator.integers(0, distinct, 700) / distinct)

    fast, plain = both_ways(
        lambda: (
            total_weight(weights, images).tolist(),
            weight_of_first(weights, images, stops).tolist(),
            aurocs(scores, weights).tobytes(),
        )
    )

    assert fast == plain


@built
@settings(deadline=None)
@given(st.lists(st.tuples(text, text, decimal), min_size=1, max_size=30), st.integers(1, 4))
def test_cells_names_and_decimals_are_the_same(rows, width):
    block = "\n".join(map(",".join, rows)).encode()
    names = {name: place for place, (name, _, _) in enumerate(rows)}

    def read():
        columns = Octets(block).columns(width)
        if columns is None:
            return None
        numbers = [read_plain_decimals(column) for column in columns]
        return (
            [[place.tolist() for place in column.places[1:]] for column in columns],
            [KnownNames(names).find(column).tolist() for column in columns],
            [known.tolist() for _, known in numbers],
            [number[known].tobytes() for number, known in numbers],
        )

    fast, plain = both_ways(read)

    assert fast == plain


@built
@few
@given(seeds, st.integers(1, 40), st.integers(0, 300))
def test_resamples_are_the_same(seed, images, resamples):
    generator = np.random.default_rng(seed)
    mark = generator.random((images, 3)) < [0.1, 0.5, 1.0]
    every = mark.any(axis=0)
    group = generator.integers(0, images, images)
    group = np.unique(group, return_inverse=True)[1]

    def drawn():
        counts = draw(group, resamples=resamples, seed=seed, marks=[mark], required=every, counting=every).counts
        return counts.dtype, counts.tobytes()

    fast, plain = both_ways(drawn)

    assert fast == plain


@built
def test_a_group_that_is_drawn_more_often_than_a_byte_holds_is_left_to_numpy(monkeypatch):
    def drawn():
        return draw(np.zeros(1, np.intp), resamples=3, seed=0, marks=[one], required=one[0], counting=one[0]).counts

    one = np.ones((1, 1), dtype=np.bool_)
    monkeypatch.setattr(compiled, "draw_counts", lambda *_: None)

    assert drawn().tolist() == [[1, 1, 1]]


@given(st.one_of(st.integers(0, 2**64), st.integers(0, 2**300)))
def test_a_stream_begins_where_numpys_begins(seed):
    expected = np.random.PCG64(seed).state["state"]

    assert state_after_seeding(seed) == (expected["state"], expected["inc"])


WEIGHTS = np.ones((3, 64), np.uint8)
SOME = np.array([0, 2])
CELLS = np.zeros(200, np.uint8)


def named(acts):
    return [pytest.param(act, id=str(nth)) for nth, act in enumerate(acts)]


def areas(**changed):
    arguments = {
        "weights": WEIGHTS,
        "images": SOME,
        "right": SOME[:1],
        "found": np.ones((1, 1), np.bool_),
        "levels": (np.ones(100, np.uint8), np.zeros(64, np.intp)),
        "all_shares": np.ones(64, np.int64),
    } | changed
    return compiled.precision_areas(**arguments)


@built
@pytest.mark.parametrize(
    "act",
    named(
        [
            lambda: compiled.weight_of_first(WEIGHTS, np.array([-1]), SOME[:1]),
            lambda: compiled.weight_of_first(WEIGHTS, np.array([3]), SOME[:1]),
            lambda: compiled.weight_of_first(WEIGHTS, SOME, np.array([3])),
            lambda: compiled.weight_of_first(WEIGHTS, SOME, np.array([2, 1])),
            lambda: compiled.weight_of_first(WEIGHTS[:0], SOME, SOME),
            lambda: compiled.twice_won(WEIGHTS, np.array([7]), SOME, SOME[:1], SOME[:1]),
            lambda: compiled.twice_won(WEIGHTS, SOME[:1], np.array([2**62]), SOME[:1], SOME[:1]),
            lambda: compiled.twice_won(WEIGHTS, SOME[:1], SOME, np.array([9]), SOME[:1]),
            lambda: compiled.twice_won(WEIGHTS, SOME[:1], SOME, np.array([1]), np.array([0])),
            lambda: compiled.twice_won(WEIGHTS, SOME, SOME, np.array([2, 1]), np.array([2, 2])),
            lambda: areas(images=np.array([0, -(2**63)])),
            lambda: areas(right=np.array([5])),
            lambda: areas(right=np.array([-1])),
            lambda: areas(levels=(np.ones(1, np.uint8), np.zeros(64, np.intp))),
            lambda: areas(levels=(np.ones(100, np.uint8), np.full(64, -1))),
            lambda: areas(levels=(np.ones(0, np.uint8), np.full(64, 2**62))),
            lambda: compiled.read_decimals((CELLS, np.array([0]), np.array([70]), np.array([70]))),
            lambda: compiled.read_decimals((CELLS, np.array([70]), np.array([2**40]), np.array([70]))),
            lambda: compiled.read_decimals((CELLS, np.array([80]), np.array([90]), np.array([79]))),
            lambda: compiled.read_decimals((CELLS[:20], np.array([70]), np.array([71]), np.array([71]))),
        ]
    ),
)
def test_an_index_outside_its_array_is_an_error(act):
    with pytest.raises((IndexError, ValueError)):
        act()


@built
@pytest.mark.parametrize(
    "act",
    named(
        [
            lambda: compiled.weight_of_first(WEIGHTS.astype(np.int8), SOME, SOME),
            lambda: compiled.weight_of_first(WEIGHTS.T.copy().T, SOME, SOME),
            lambda: compiled.weight_of_first(WEIGHTS[:, :63].copy(), SOME, SOME),
            lambda: compiled.weight_of_first(WEIGHTS, np.array([SOME, SOME]), SOME),
            lambda: compiled.twice_won(WEIGHTS, SOME, SOME, SOME[:1], SOME),
            lambda: areas(found=np.ones((1, 2), np.bool_)),
            lambda: areas(found=np.ones((1, 1), np.uint16)),
            lambda: areas(levels=(np.ones(100, np.int64), np.zeros(64, np.intp))),
            lambda: areas(levels=(np.ones(100, np.uint8), np.zeros(63, np.intp))),
            lambda: areas(all_shares=np.ones(5, np.int64)),
            lambda: compiled.split_cells(CELLS.astype(np.uint16), 2, 3),
            lambda: compiled.split_cells(CELLS, 0, 3),
            lambda: compiled.split_cells(CELLS[:100], 1, 3),
            lambda: compiled.read_decimals((CELLS, SOME, SOME[:1], SOME)),
            lambda: compiled.read_decimals((CELLS[::2], SOME[:0], SOME[:0], SOME[:0])),
            lambda: compiled.find_names(
                (CELLS, *[SOME[:0]] * 3),
                np.zeros(4, np.int32),
                np.zeros(1, np.int64),
                np.zeros(1, np.int32),
                np.zeros((1, 1), np.uint64),
                np.zeros(8, np.uint64),
                40,
                -1,
            ),
        ]
    ),
)
def test_an_array_of_another_type_shape_or_layout_is_an_error(act):
    with pytest.raises(ValueError, match=r"."):
        act()


@built
def test_nothing_at_all_is_fine():
    none = np.zeros(0, np.intp)

    assert compiled.weight_of_first(WEIGHTS[:0], none, none).shape == (0, 64)
    assert compiled.twice_won(WEIGHTS[:0], none, none, none, none).tolist() == [0] * 64
    assert areas(images=none, right=none, found=np.ones((1, 0), np.bool_)).tolist() == [[0.0] * 64]
    assert areas(found=np.ones((0, 1), np.bool_)).shape == (0, 64)
    assert compiled.split_cells(np.zeros(200, np.uint8), 3, 0)[0].shape == (3, 0)
    assert compiled.read_decimals((CELLS, none, none, none))[0].shape == (0,)


@built
def test_more_rows_than_there_is_room_for_make_no_columns():
    octets = Octets(b"a,b\nc,d\ne,f")

    assert compiled.split_cells(octets.bytes, 2, 2) is None
    assert compiled.split_cells(octets.bytes, 2, 9)[0].shape == (2, 3)


@built
def test_an_entry_of_a_table_that_leads_nowhere_finds_nothing():
    octets = Octets(b"abc,d")
    column = OctetColumn(octets, *(np.array([place]) for place in (64, 67, 67)))
    parts = (np.full(256, 77, np.int32), np.full(1, 3), np.zeros(1, np.int32), np.zeros((1, 1), np.uint64))

    found = compiled.find_names(column.places, *parts, np.zeros(8, np.uint64), 56, -1)

    assert found.tolist() == [-1]


def version(**environment):
    command = [sys.executable, "-m", "scoring", "--version"]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True).stdout


def test_the_command_line_tells_which_way_it_goes():
    assert version(VINDR_SCORING_PLAIN="1").endswith(", numpy alone\n")
    if compiled.is_used():
        assert version(VINDR_SCORING_PLAIN="0").endswith(", compiled kernel\n")


def test_a_library_that_is_none_or_another_is_left_alone(tmp_path):
    (tmp_path / "_kernel.so").write_bytes(b"\x7fELF and no more")

    assert compiled._open(str(tmp_path / "_kernel.so")) is None
    assert compiled._open(str(tmp_path / "nothing.so")) is None


@built
def test_a_library_of_another_interface_is_left_alone(monkeypatch):
    monkeypatch.setattr(compiled, "INTERFACE", compiled.INTERFACE + 1)

    assert compiled._load() is None
