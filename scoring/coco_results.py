"""Reads COCO results files."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeGuard

import numpy as np

from scoring.box_rows import BoxRows
from scoring.classes import UNKNOWN, Classes
from scoring.decimals import LARGEST_COORDINATE
from scoring.detection_file import detections_of
from scoring.detections import Detections
from scoring.faults import Faults, shortened
from scoring.json_file import parse_json, refuse_json
from scoring.labels import LOCAL
from scoring.manifest import Manifest

_Report = Callable[[str, str, str], None]
"""Takes a fault's code, the key of the entry, and the sentence."""


def read_coco_results(data: bytes, manifest: Manifest) -> Detections:
    """The detections of a results file; FaultyFile with all its faults.

    JSON has no lines worth naming: a fault's column is its place, such as `[17].bbox`.
    """
    entries = _parse(data)
    faults = Faults()
    image: list[int] = []
    label: list[int] = []
    score: list[float] = []
    box: list[tuple[float, ...]] = []
    for position, entry in enumerate(entries):
        report = _reporter(position, entry, faults)
        image.append(_image(entry, manifest, report))
        label.append(_label(entry, report))
        score.append(_score(entry, report))
        box.append(_box(entry, report))
    faults.raise_any()

    boxes = BoxRows()
    corners = np.array(box, np.float64).reshape(-1, 4)
    numbers = np.array(image, np.int32), np.array(label, np.int32)
    boxes.take(np.zeros(len(entries), np.int64), *numbers, corners, np.array(score, np.float64))
    return detections_of(boxes, manifest, Classes(LOCAL), len(entries))


def _parse(data: bytes) -> list[dict[str, Any]]:
    """The list of objects that the file must be."""
    entries = parse_json(data)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        refuse_json(None, "The file must be a list of detections, [{image_id, category_id, bbox, score}, …].")
    return entries


def _reporter(position: int, entry: dict[str, Any], faults: Faults) -> _Report:
    def report(code: str, key: str, detail: str) -> None:
        if key in entry:
            value = json.dumps(entry[key])
            faults.add(code, None, f"[{position}].{key}", value, f"{shortened(value)} {detail}.")
        else:
            faults.add("missing_key", None, f"[{position}].{key}", None, f"The key {key!r} is missing.")

    return report


def _image(entry: dict[str, Any], manifest: Manifest, report: _Report) -> int:
    image_id = entry.get("image_id")
    if isinstance(image_id, str) and image_id in manifest.index:
        return manifest.index[image_id]
    report("unknown_image", "image_id", "is not one of the test images, whose ids are strings")
    return UNKNOWN


def _label(entry: dict[str, Any], report: _Report) -> int:
    category = entry.get("category_id")
    if isinstance(category, int) and not isinstance(category, bool) and 1 <= category <= len(LOCAL):
        return category - 1
    report("unknown_class", "category_id", f"is not from 1 to {len(LOCAL)}, the paper's local labels")
    return UNKNOWN


def _score(entry: dict[str, Any], report: _Report) -> float:
    score = entry.get("score")
    if _is_number(score) and 0 <= score <= 1:
        return float(score) + 0.0
    report("out_of_range", "score", "is not a number between 0 and 1")
    return np.nan


def _box(entry: dict[str, Any], report: _Report) -> tuple[float, ...]:
    """The corners of the box, which the file has as a corner and the size."""
    bbox = entry.get("bbox")
    if not isinstance(bbox, list) or len(bbox) != 4 or not all(map(_is_coordinate, bbox)):
        report("bad_box", "bbox", "is not [x, y, width, height] in pixels within ± 1,000,000")
        return (np.nan,) * 4
    x, y, width, height = (float(number) + 0.0 for number in bbox)
    box = (x, y, x + width, y + height)
    if box[0] >= box[2] or box[1] >= box[3]:
        report("degenerate_box", "bbox", "has no area; width and height must be positive")
    elif max(box) > LARGEST_COORDINATE:
        report("out_of_range", "bbox", "reaches beyond 1,000,000 pixels")
    return box


def _is_coordinate(number: object) -> bool:
    return _is_number(number) and abs(number) <= LARGEST_COORDINATE


def _is_number(value: object) -> TypeGuard[float]:
    """JSON's numbers; a boolean is none, though Python counts it as an int."""
    return isinstance(value, int | float) and not isinstance(value, bool)
