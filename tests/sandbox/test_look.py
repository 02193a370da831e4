"""What a child finds in a file that it looks over, or recounts: the same as this process would, read with doubt."""

import json
from dataclasses import replace

import numpy as np
import pytest

from competition.sandbox.answer import BadAnswer, Refused
from competition.sandbox.keeper import Nursery, OverLimit
from competition.sandbox.likeness import BOX
from competition.sandbox.look import look, look_as_bytes, read_look
from competition.sandbox.recount import read_values, second_values, values_as_bytes
from competition.sandbox.task import LOOK, RECOUNT
from tests.sandbox.test_child import BOXES, MARKS, ROOMY

IMAGES, LABELS = 40, 2
COPY = replace(MARKS, errand=LOOK, file=MARKS.truth)


@pytest.fixture(scope="module")
def counters():
    """A nursery for recounts, which knows scikit-learn and pycocotools."""
    one = Nursery(recounts=True)
    yield one
    one.close()


@pytest.mark.parametrize("task", [BOXES, MARKS, replace(BOXES, truth=b"")], ids=["boxes", "marks", "without labels"])
def test_a_child_looks_as_this_process_would(task):
    task, one = replace(task, errand=LOOK), Nursery()
    content, _ = one.ask(task.as_bytes(), ROOMY)
    one.close()

    seen = read_look(content, images=IMAGES, labels=LABELS)
    mine = look(task)
    assert seen.signs == mine.signs
    for name in ("sketch", "rows", "ranks", "boxes"):
        assert np.array_equal(getattr(seen.likeness, name), getattr(mine.likeness, name))


def test_a_copy_of_the_labels_is_told_and_a_faulty_file_is_refused():
    signs = {sign.kind: sign.details for sign in look(COPY).signs}

    assert signs["perfect_labels"] == {"columns": ["Pneumonia", "No finding"]}
    assert look(replace(COPY, file=b"nonsense")) == Refused("faulty_file", "Line 1")


@pytest.mark.parametrize(
    "task",
    [MARKS, *(replace(BOXES, metric=metric) for metric in ("voc2010@0.4", "voc2007@0.4", "coco", "froc"))],
    ids=lambda task: task.metric,
)
def test_a_child_recounts_as_this_process_would(counters, task):
    task = replace(task, errand=RECOUNT, public=None)
    content, used = counters.ask(task.as_bytes(), ROOMY)

    assert read_values(content) == second_values(task)
    assert used.memory_kib < ROOMY.memory_bytes / 1024 / 3


def test_what_a_recount_may_touch_is_bounded_too(counters):
    with pytest.raises(OverLimit, match="memory"):
        counters.ask(replace(BOXES, errand=RECOUNT).as_bytes(), replace(ROOMY, memory_bytes=8 << 20))
    assert read_values(counters.ask(replace(MARKS, errand=RECOUNT).as_bytes(), ROOMY)[0])


def changed(**changes):
    """An answer whose head, or one of whose blobs, is another."""
    content = look_as_bytes(look(COPY))
    end = 4 + int.from_bytes(content[:4], "little")
    text = json.dumps(json.loads(content[4:end]) | changes).encode()
    return len(text).to_bytes(4, "little") + text + content[end:]


def with_likeness(**parts):
    seen = look(replace(BOXES, errand=LOOK))
    return look_as_bytes(replace(seen, likeness=replace(seen.likeness, **parts)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xff\xff\xff{}",
        changed(signs=[["another", 1.0, None]]),
        changed(signs=[["few_values", "1", None]]),
        changed(signs=[["few_values", -1.0, None]]),
        changed(signs=[["few_values", 1e999, None]]),
        changed(signs=[["few_values", 1.0, {"image": 7}]]),
        changed(signs=[["few_values", 1.0, {"columns": ["a"] * 31}]]),
        changed(signs=[["one_image", 1.0, {"another": "word"}]]),
        changed(signs=[["few_values", 1.0, None]] * 5),
        changed(sizes=[256, 80, 160, 1]),
        changed(sizes=[256, 80, 160, -18]),
        with_likeness(sketch=np.full(128, np.inf, np.float16)),
        with_likeness(sketch=np.zeros(64, np.float16)),
        with_likeness(ranks=np.zeros(81, np.uint16)),
        with_likeness(boxes=np.array([(80, (0, 0, 1, 1))], BOX)),
        with_likeness(boxes=np.array([(1, (0, np.nan, 1, 1))], BOX)),
    ],
)
def test_what_is_no_look_is_refused(content):
    with pytest.raises(BadAnswer):
        read_look(content, images=IMAGES, labels=LABELS)


@pytest.mark.parametrize(
    "content",
    [b"", b"[", b"{}", b'{"values": {}}', b'{"values": {"private": 0.5}}', b'{"values": {"public": NaN}}', b"[" * 9999],
)
def test_what_is_no_recount_is_refused(content):
    with pytest.raises(BadAnswer):
        read_values(content)


def test_a_refusal_comes_back_as_it_was_given():
    refused = Refused("faulty_file", "Line 2")

    assert read_look(look_as_bytes(refused), images=IMAGES, labels=LABELS) == refused
    assert read_values(values_as_bytes(refused)) == refused
