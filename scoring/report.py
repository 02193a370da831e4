"""What the command line tells people. Programs are answered with JSON instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from scoring.errors import FaultyFile, Kind, Notice, Problem
from scoring.predictions import Detections, Probabilities

_UNDEFINED = "-"
_HEADER_LINE = 1


def in_order_text(path: str, predictions: Detections | Probabilities) -> str:
    """A good file: what is in it, label by label, and what is remarkable about it."""
    images = _counted(len(predictions.image_ids), "image")
    head = f"{path} is in order: {_counted(predictions.rows, 'row')}, {images}."
    table = _boxes_by_label(predictions) if isinstance(predictions, Detections) else _values_by_label(predictions)
    return "\n".join([head, "", *table, *([""] if predictions.notices else []), *map(notice_text, predictions.notices)])


def written_text(csv: bytes, images: int, remark: str) -> str:
    """What a command has written to standard output."""
    rows = _counted(csv.count(b"\n") - 1, "row")
    return f"{rows} for {_counted(images, 'image')} written; {remark}."


def faults_text(path: str, fault: FaultyFile) -> str:
    """A faulty file: its faults by kind, the worst first, each kind with its first places and what to do."""
    kinds = sorted(fault.kinds, key=_badness)
    lines = [f"{path} is not in order, {_counted(fault.total, 'fault')}:"]
    for kind in kinds:
        lines += [f"  {kind.count} x {kind.code}", *map(_problem_text, kind.first)]
        rest = kind.count - len(kind.first)
        if rest and kind.first:
            lines.append(f"    and {rest} more.")
    return "\n".join([*lines, "Mend the file and run the same command again; --json lists the first hundred faults."])


def notice_text(notice: Notice) -> str:
    """One notice."""
    # It may name the file's own labels.
    detail = "".join(mark if mark.isprintable() else _printable(mark) for mark in notice.detail)
    return f"  {notice.count} x {notice.code}: {detail}"


def scorecard_text(card: dict[str, Any]) -> str:
    """A scorecard's JSON as a table, a class on each line."""
    interval = _interval_text(card["interval"])
    classes = card["classes"]
    scored = f"mean over {card['scored_classes']} of {len(classes)} classes"
    approximate = ", approximate" if card.get("approximate") else ""
    head = f"{card['track']}, {card['metric']}: {_number_text(card['value'])}  {interval}  ({scored}{approximate})"
    rows = [
        [_printable(row["label"]), str(row["positives"]), _number_text(row["value"]), _interval_text(row["interval"])]
        for row in classes
    ]
    counted = "boxes" if card["track"] == "detection" else "images"
    foot = [f"{card['replicates']} resamples of the images, seed {card['seed']}; positives are {counted}."]
    if any(row["value"] is None for row in classes):
        foot.append("A class without a value has too little in the truth to be defined, and is left out of the mean.")
    if card["replicates"] and any(row["value"] is not None and row["interval"] is None for row in classes):
        foot.append("A class without an interval has too few positives for one, or nothing that varies.")
    return "\n".join([head, "", *_table(["label", "positives", "value", "95 % interval"], rows), "", *foot])


def _boxes_by_label(predictions: Detections) -> list[str]:
    rows = []
    for place, label in enumerate(predictions.labels):
        here = predictions.label == place
        of_label = predictions.image[here]
        rows.append([_printable(label), str(len(of_label)), str(len(np.unique(of_label)))])
    boxed = len(np.unique(predictions.image))
    rows.append(["without a box", _UNDEFINED, str(len(predictions.image_ids) - boxed)])
    return _table(["label", "boxes", "images"], rows)


def _values_by_label(predictions: Probabilities) -> list[str]:
    rows = [
        [_printable(label), *(_number_text(float(figure)) for figure in (values.min(), values.mean(), values.max()))]
        for label, values in zip(predictions.labels, predictions.values.T, strict=True)
    ]
    return _table(["label", "least", "mean", "most"], rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    return [
        "  ".join([first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))])
        for first, *rest in (header, *rows)
    ]


def _badness(kind: Kind) -> tuple[bool, int]:
    """What is wrong with the whole file or its header comes first, as it causes others; then what is most frequent."""
    first = kind.first[0] if kind.first else None
    of_the_whole = first is not None and (first.line == _HEADER_LINE or (first.line is None and first.column is None))
    return not of_the_whole, -kind.count


def _problem_text(problem: Problem) -> str:
    places = [f"line {problem.line}"] if problem.line is not None else []
    if problem.column is not None:
        places.append(_printable(problem.column))
    place = ", ".join(places) or "file"
    return f"    {place}: {problem.detail}"


def _printable(name: str) -> str:
    """A name that may come from a file: a terminal obeys what it is sent, and letters may look like others."""
    return ascii(name)[1:-1]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _number_text(number: float | None) -> str:
    return _UNDEFINED if number is None else f"{number:.4f}"


def _interval_text(interval: Sequence[float] | None) -> str:
    return _UNDEFINED if interval is None else f"{interval[0]:.4f} to {interval[1]:.4f}"
