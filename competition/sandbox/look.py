"""What a look finds in one file: signs that it asks for the labels or holds them, and the likeness that is kept of it.

Pure, like `measure`: the file's own facts. What it is compared with is in the books, and no business of a child.
"""

import json
import math
import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from competition.sandbox.answer import BadAnswer, Refused
from competition.sandbox.holds_labels import SHARE_OF_BOXES, perfect_labels, true_boxes
from competition.sandbox.likeness import (
    BOX,
    DIRECTIONS,
    FEWEST_TO_COMPARE,
    Likeness,
    cells_of,
    likeness_of,
    rows_of,
    sample_of,
)
from competition.sandbox.measure import read_file
from competition.sandbox.task import Task
from scoring import BoxTruth, Detections, FaultyFile, Probabilities, read_box_truth, read_label_truth, read_manifest

ONE_IMAGE, FEW_VALUES, TRUE_BOXES, PERFECT_LABELS = SIGNS = ("one_image", "few_values", "true_boxes", "perfect_labels")
FEW = 3
"""So many different values in a column, or fewer, are few."""
MOST_NAMED = 30
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True)
class Sign:
    """One thing that a file shows: its kind, of `SIGNS`, how much, and which columns or image."""

    kind: str
    figure: float
    details: dict[str, Any] | None = None


@dataclass(frozen=True)
class Look:
    """What was found in a file."""

    signs: list[Sign]
    likeness: Likeness


def look(task: Task) -> Look | Refused:
    """Look a task's file over. Where the task has no labels, it isn't held against them."""
    images = read_manifest(task.manifest)
    try:
        predictions = read_file(task, images)
    except FaultyFile as faulty:
        return Refused("faulty_file", f"Line {faulty.problems[0].line}")
    signs = signs_of_probing(predictions)
    if task.truth:
        read = read_box_truth if task.kind == "detection" else read_label_truth
        signs += signs_of_the_labels(read(task.truth, labels=task.labels, manifest=images), predictions)
    sample = sample_of(task.seed, len(predictions.image_ids), len(predictions.labels))
    return Look(signs, likeness_of(predictions, sample))


def signs_of_probing(predictions: Detections | Probabilities) -> list[Sign]:
    """What a file shows that asks for the labels rather than predicts them."""
    found = []
    if isinstance(predictions, Probabilities):
        columns = {label: predictions.values[:, place] for place, label in enumerate(predictions.labels)}
    else:
        columns = {"score": predictions.score}
        if len(predictions.image_ids) > 1 and len(predictions.image) and len(set(predictions.image.tolist())) == 1:
            image = predictions.image_ids[int(predictions.image[0])]
            found.append(Sign(ONE_IMAGE, float(len(predictions.image)), {"image": image}))
    few = [
        name for name, column in columns.items() if len(column) >= FEWEST_TO_COMPARE and len(np.unique(column)) <= FEW
    ]
    if few:
        found.append(Sign(FEW_VALUES, float(len(few)), {"columns": few[:MOST_NAMED]}))
    return found


def signs_of_the_labels(truth: Any, predictions: Any) -> list[Sign]:
    """Whether it has the true boxes, or tells labels without an error. Truth and predictions are of one track."""
    if isinstance(truth, BoxTruth):
        share = true_boxes(truth, predictions)
        return [Sign(TRUE_BOXES, share)] if share >= SHARE_OF_BOXES else []
    labels = perfect_labels(truth, predictions)
    return [Sign(PERFECT_LABELS, float(len(labels)), {"columns": labels[:MOST_NAMED]})] if labels else []


def look_as_bytes(found: Look | Refused) -> bytes:
    """The bytes that `read_look` reads."""
    if isinstance(found, Refused):
        head: dict[str, Any] = {"refused": [found.code, found.detail]}
        blobs: list[bytes] = []
    else:
        of = found.likeness
        blobs = [of.sketch.tobytes(), of.rows.tobytes(), of.ranks.tobytes(), of.boxes.tobytes()]
        head = {"signs": [[one.kind, one.figure, one.details] for one in found.signs], "sizes": [*map(len, blobs)]}
    text = json.dumps(head, allow_nan=False).encode()
    return b"".join([_LENGTH.pack(len(text)), text, *blobs])


def read_look(content: bytes, *, images: int, labels: int) -> Look | Refused:
    """Read what was found in a file of so many images and labels; BadAnswer where it can't be that."""
    if len(content) < _LENGTH.size:
        raise BadAnswer("The answer is cut off.")
    end = _LENGTH.size + _LENGTH.unpack_from(content)[0]
    try:
        head = json.loads(content[_LENGTH.size : end])
    except (ValueError, RecursionError) as error:
        raise BadAnswer("The answer is no JSON.") from error
    match head:
        case {"refused": [str(code), str(detail)]}:
            return Refused(code[:60], detail[:1000])
        case {"signs": [*signs], "sizes": [int(), int(), int(), int()] as sizes} if len(signs) <= len(SIGNS):
            if min(sizes) < 0 or end + sum(sizes) != len(content):
                raise BadAnswer("The likeness has another size.")
            return Look([_sign(sign) for sign in signs], _likeness(content[end:], sizes, images, labels))
    raise BadAnswer("The answer has another form.")


def _sign(sign: Any) -> Sign:
    match sign:
        case [str(kind), float(figure), details] if kind in SIGNS and math.isfinite(figure) and figure >= 0:
            return Sign(kind, figure, _details(details))
    raise BadAnswer("A sign has another form.")


def _details(details: Any) -> dict[str, Any] | None:
    match details:
        case None:
            return None
        case {"image": str(image)} if len(image) <= 300:
            return {"image": image}
        case {"columns": [*columns]} if len(columns) <= MOST_NAMED and all(isinstance(name, str) for name in columns):
            return {"columns": [name[:300] for name in columns]}
    raise BadAnswer("The details have another form.")


def _likeness(content: bytes, sizes: list[int], images: int, labels: int) -> Likeness:
    cells, rows = cells_of(images, labels), rows_of(images, labels)
    expected = [2 * DIRECTIONS, 2 * rows, 2 * cells]
    if sizes[:3] != expected or sizes[3] % BOX.itemsize or sizes[3] > cells * BOX.itemsize:
        raise BadAnswer("The likeness has another size.")
    ends = np.cumsum([0, *sizes])
    parts = [content[low:high] for low, high in pairwise(ends)]
    sketch, boxes = np.frombuffer(parts[0], np.float16), np.frombuffer(parts[3], BOX)
    if not (np.isfinite(sketch).all() and np.isfinite(boxes["corners"]).all() and (boxes["cell"] < cells).all()):
        raise BadAnswer("The likeness has a number that it can't have.")
    return Likeness(sketch, np.frombuffer(parts[1], np.uint16), np.frombuffer(parts[2], np.uint16), boxes)
