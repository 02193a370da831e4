"""Whatever a file holds, it is read or refused with its faults; and the same file is answered alike each time."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.errors import FaultyFile
from scoring.manifest import Manifest, read_manifest
from scoring.metric import parse_metric
from scoring.predictions import SERVER_LIMITS, Detections, Probabilities, read_detections, read_probabilities
from scoring.scorecard import score_classification, score_detection
from scoring.truth import read_box_truth, read_groups, read_label_truth
from tests.scoring.hostile import Table, changed_tables, hostile_files, written
from tests.scoring.made_up import box_truth, label_truth
from tests.scoring.outcomes import Read, outcome

IMAGES = Manifest(("a", "b", "é"), np.array([100.0, np.nan, 50.0]), np.array([100.0, np.nan, 50.0]))
LABELS = ("Cardiomegaly", "Edema", "Mass, large")

BOXES: Table = [
    ["image_id", "class_name", "score", "x_min", "y_min", "x_max", "y_max"],
    ["a", "Edema", "0.5", "1", "2", "3", "4"],
    ["a", "Cardiomegaly", "1e-3", "-5", "2.25", "300", "4"],
    ["é", "Mass, large", "0", "1", "2", "3", "4"],
    ["b", "No finding", "", "", "", "", ""],
]
STRINGS: Table = [
    ["image_id", "PredictionString"],
    ["a", "3 0.5 1 2 3 4 14 1 0 0 1 1"],
    ["b", ""],
    ["é", "14 1 0 0 1 1"],
]
CHANCES: Table = [["image_id", *LABELS], ["a", "0.5", "0", "1"], ["b", "1e-3", ".25", "1"], ["é", "0", "0", "0"]]
TRUE_BOXES: Table = [[*row[:2], *row[3:]] for row in BOXES]
TRUE_LABELS: Table = [["image_id", *LABELS], ["a", "1", "0", "1"], ["b", "0", "1", "1"], ["é", "0", "0", "0"]]
SIZES: Table = [["image_id", "width", "height"], ["a", "100", "100"], ["b", "", ""], ["é", "50", "50"]]
PATIENTS: Table = [["image_id", "group"], ["a", "1"], ["b", "1"], ["é", "2"]]


def boxes_of(data: bytes, labels: Sequence[str] | None = LABELS) -> Detections:
    return read_detections(data, manifest=IMAGES, labels=labels, limits=SERVER_LIMITS)


def chances_of(data: bytes, labels: Sequence[str] | None = LABELS) -> Probabilities:
    return read_probabilities(data, manifest=IMAGES, labels=labels, limits=SERVER_LIMITS)


@settings(max_examples=400, deadline=None)
@given(hostile_files(BOXES, STRINGS, CHANCES), st.sampled_from([LABELS, None]))
def test_any_prediction_file_is_read_or_refused_and_the_same_twice(data: bytes, labels: Sequence[str] | None) -> None:
    for read in (boxes_of, chances_of):
        assert outcome(lambda data, read=read: read(data, labels), data) == outcome(
            lambda data, read=read: read(data, labels), data
        )


@settings(max_examples=200, deadline=None)
@given(st.data())
@pytest.mark.parametrize(
    ("read", "good"),
    [
        pytest.param(lambda data: read_box_truth(data, labels=LABELS), TRUE_BOXES, id="boxes"),
        pytest.param(lambda data: read_label_truth(data, labels=LABELS), TRUE_LABELS, id="labels"),
        pytest.param(read_manifest, SIZES, id="manifest"),
        pytest.param(lambda data: read_groups(data, manifest=IMAGES), PATIENTS, id="groups"),
    ],
)
def test_any_file_of_an_organizer_is_read_or_refused_and_the_same_twice(
    read: Read, good: Table, data: st.DataObject
) -> None:
    file = data.draw(hostile_files(good))

    assert outcome(read, file) == outcome(read, file)


def may_be_quoted(table: Table) -> bool:
    """Whether quotes mean nothing: a blank line has no cell, a mark at the start is none, and offsets differ."""
    text = "".join(cell for row in table for cell in row)
    return [""] not in table and not table[0][0].startswith("\ufeff") and not {"\r", "\0"} & set(text)


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from([(boxes_of, BOXES), (boxes_of, STRINGS), (chances_of, CHANCES)]))
def test_quotes_and_line_ends_make_no_difference(data: st.DataObject, form: tuple[Read, Table]) -> None:
    read, good = form
    table = data.draw(changed_tables(good).filter(lambda table: all(table) and may_be_quoted(table)))
    files = [written(table, end, quoted) for end in ("\n", "\r\n") for quoted in (False, True)]

    answers = [outcome(read, file) for file in files]

    assert all(answer == answers[0] for answer in answers)


@settings(max_examples=300, deadline=None)
@given(hostile_files(BOXES, STRINGS))
def test_boxes_that_are_accepted_can_be_scored(data: bytes) -> None:
    truth = box_truth([("a", "Edema", 1.0, 2.0, 3.0, 4.0)], images=IMAGES.image_ids, labels=LABELS)
    try:
        found = boxes_of(data)
    except FaultyFile:
        return

    for metric in ("voc2010", "voc2007", "coco", "froc"):
        value = score_detection(truth, found, metric=parse_metric(metric), resamples=2, curves=True).value
        assert value is not None
        assert 0 <= value <= 1


@settings(max_examples=200, deadline=None)
@given(hostile_files(CHANCES))
def test_probabilities_that_are_accepted_can_be_scored(data: bytes) -> None:
    truth = label_truth([[1, 0, 1], [0, 1, 1], [0, 0, 0]], labels=LABELS, images=IMAGES.image_ids)
    try:
        found = chances_of(data)
    except FaultyFile:
        return

    value = score_classification(truth, found, resamples=2, curves=True).value
    assert value is not None
    assert 0 <= value <= 1
