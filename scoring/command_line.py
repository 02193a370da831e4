"""The offline command line, `python -m scoring validate | score | sample | convert`.

Exit: 0 done, 2 usage, 3 a file is faulty. A file that can't be read and an answer that can't be written are 2, too; a
reader of the answer who has gone is no fault. 130 where it is interrupted.
"""

from __future__ import annotations

import os

# OpenBLAS starts a thread for each processor when numpy is imported, and nothing here multiplies matrices.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scoring.arguments import parse_arguments
from scoring.errors import FaultyFile
from scoring.labels import GLOBAL, LOCAL
from scoring.limits import SERVER_LIMITS
from scoring.manifest import Manifest, read_manifest
from scoring.predictions import read_detections, read_probabilities
from scoring.process import INTERRUPTED
from scoring.progress import progress_bar
from scoring.report import faults_text, in_order_text, notice_text, scorecard_text, written_text
from scoring.streams import make_streams_bearable, say, unwritable, write

if TYPE_CHECKING:
    from scoring.card import Scorecard

_DONE, _USAGE, _FAULTY = 0, 2, 3


@dataclass(frozen=True)
class _Answer:
    """What goes to standard output, what is said beside it, and the exit code."""

    out: str | bytes
    beside: str = ""
    code: int = _DONE


class _Unreadable(Exception):
    """A file that can't be opened, with a sentence."""


class _Refused(Exception):
    """A faulty file: which one it is, by its role and path, and its faults."""

    def __init__(self, role: str, path: str, fault: FaultyFile) -> None:
        super().__init__(role, path)
        self.role = role
        self.path = path
        self.fault = fault


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the process's exit code. SystemExit for --help and a command given wrongly."""
    make_streams_bearable()
    try:
        options = parse_arguments(arguments)
    except OSError as error:
        say(unwritable(error))
        return _USAGE
    try:
        return _written(_run(options))
    except KeyboardInterrupt:
        say("Interrupted.")
        return INTERRUPTED


def _run(options: argparse.Namespace) -> _Answer:
    commands = {"validate": _validate, "score": _score, "sample": _sample, "convert": _convert}
    try:
        with progress_bar(sys.stderr):
            return commands[options.command](options)
    except _Unreadable as error:
        return _Answer("", str(error), _USAGE)
    except _Refused as refusal:
        return _refusal(refusal, options)


def _written(answer: _Answer) -> int:
    """Write the answer and say what is said beside it; the exit code."""
    try:
        is_read = write(answer.out)
    except OSError as error:
        say(unwritable(error))
        return answer.code or _USAGE
    if is_read and answer.beside:
        say(answer.beside)
    return answer.code


def _validate(options: argparse.Namespace) -> _Answer:
    manifest = _manifest(options.images)
    data = _bytes(options.predictions)
    read = read_detections if options.track == "detection" else read_probabilities
    with _reading("predictions", options.predictions):
        predictions = read(data, manifest=manifest, labels=options.labels, limits=SERVER_LIMITS)
    if options.json:
        notices = [notice.as_json() for notice in predictions.notices]
        return _Answer(_json({"problems": [], "total": 0, "rows": predictions.rows, "notices": notices}))
    return _Answer(in_order_text(options.predictions, predictions) + "\n")


def _score(options: argparse.Namespace) -> _Answer:
    if options.remark:
        say(options.remark)
    card = _score_detection(options) if options.track == "detection" else _score_classification(options)
    return _Answer(_json(card) if options.json else scorecard_text(card) + "\n")


# The metrics and the ground truth's readers are imported where a score is asked for: the other commands start
# sooner.


def _score_detection(options: argparse.Namespace) -> dict[str, Any]:
    from scoring.metric import parse_metric
    from scoring.scorecard import score_detection
    from scoring.truth import read_box_truth

    truth_bytes, data = _bytes(options.truth), _bytes(options.predictions)
    with _reading("truth", options.truth):
        truth = read_box_truth(truth_bytes, labels=options.labels)
    with _reading("predictions", options.predictions):
        predictions = read_detections(data, manifest=Manifest(truth.image_ids), labels=truth.labels)
    metric = parse_metric(options.metric)
    card = score_detection(
        truth,
        predictions,
        metric=metric,
        resamples=options.bootstrap,
        seed=options.seed,
        curves=options.curves,
    )
    return _with_curves(card, options)


def _score_classification(options: argparse.Namespace) -> dict[str, Any]:
    from scoring.scorecard import score_classification
    from scoring.truth import read_label_truth

    truth_bytes, data = _bytes(options.truth), _bytes(options.predictions)
    with _reading("truth", options.truth):
        truth = read_label_truth(truth_bytes, labels=options.labels)
    with _reading("predictions", options.predictions):
        predictions = read_probabilities(data, manifest=Manifest(truth.image_ids), labels=truth.labels)
    card = score_classification(
        truth, predictions, resamples=options.bootstrap, seed=options.seed, curves=options.curves
    )
    return _with_curves(card, options)


def _with_curves(card: Scorecard, options: argparse.Namespace) -> dict[str, Any]:
    answer: dict[str, Any] = card.as_json()
    if options.curves:
        answer["curves"] = card.curves_as_json()
    return answer


def _sample(options: argparse.Namespace) -> _Answer:
    from scoring.sample import sample_classification, sample_detection

    manifest = _manifest(options.images)
    if options.track == "detection":
        sample = sample_detection(manifest, options.labels or LOCAL, options.seed)
    else:
        sample = sample_classification(manifest, options.labels or GLOBAL, options.seed)
    return _file(sample, len(manifest.image_ids), "random, to try the form with and not to be scored well")


def _convert(options: argparse.Namespace) -> _Answer:
    from scoring.convert import convert_coco, convert_kaggle

    manifest = _manifest(options.images)
    data = _bytes(options.file)
    convert = convert_kaggle if options.form == "kaggle" else convert_coco
    with _reading("predictions", options.file):
        conversion = convert(data, manifest=manifest)
    for warning in conversion.warnings:
        say(notice_text(warning))
    return _file(conversion.csv, len(manifest.image_ids), "check it with `validate`")


def _file(csv: bytes, images: int, remark: str) -> _Answer:
    """The file to standard output, and beside it what it is."""
    return _Answer(csv, written_text(csv, images, remark))


def _manifest(path: str) -> Manifest:
    data = _bytes(path)
    with _reading("manifest", path):
        return read_manifest(data)


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise _Unreadable(f"{path} can't be read: {error.strerror or error}.") from error


@contextmanager
def _reading(role: str, path: str) -> Iterator[None]:
    try:
        yield
    except FaultyFile as fault:
        raise _Refused(role, path, fault) from fault


def _refusal(refusal: _Refused, options: argparse.Namespace) -> _Answer:
    if not getattr(options, "json", False):
        return _Answer("", faults_text(refusal.path, refusal.fault), _FAULTY)
    of_file = {} if refusal.role == "predictions" else {"file": refusal.role}
    return _Answer(_json({**refusal.fault.as_json(), **of_file}), code=_FAULTY)


def _json(answer: dict[str, Any]) -> str:
    return json.dumps(answer) + "\n"
