"""The offline command line, `python -m scoring validate | score | sample | convert`.

Exit: 0 done, 2 usage, 3 a file is faulty.
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
from typing import TYPE_CHECKING, Any

from scoring.arguments import parse_arguments
from scoring.errors import FaultyFile
from scoring.labels import GLOBAL, LOCAL
from scoring.limits import SERVER_LIMITS
from scoring.manifest import Manifest, read_manifest
from scoring.predictions import read_detections, read_probabilities
from scoring.progress import progress_bar
from scoring.report import faults_text, in_order_text, notice_text, scorecard_text, written_text

if TYPE_CHECKING:
    from scoring.card import Scorecard

_DONE, _USAGE, _FAULTY = 0, 2, 3


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
    """Run one command and return the process's exit code."""
    # A terminal that can't show a character of a label gets it escaped instead of a traceback.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        return _run(arguments)
    except BrokenPipeError as gone:
        # Who reads the answer, `head` for one, has gone. What is still to be written goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAULTY if isinstance(gone.__context__, _Refused) else _DONE


def _run(arguments: Sequence[str] | None) -> int:
    try:
        options = parse_arguments(arguments)
    finally:
        sys.stdout.flush()
    commands = {"validate": _validate, "score": _score, "sample": _sample, "convert": _convert}
    try:
        with progress_bar(sys.stderr):
            commands[options.command](options)
        sys.stdout.flush()
    except _Unreadable as error:
        print(error, file=sys.stderr)
        return _USAGE
    except _Refused as refusal:
        _tell_refusal(refusal, options)
        sys.stdout.flush()
        return _FAULTY
    return _DONE


def _validate(options: argparse.Namespace) -> None:
    manifest = _manifest(options.images)
    data = _bytes(options.predictions)
    read = read_detections if options.track == "detection" else read_probabilities
    with _reading("predictions", options.predictions):
        predictions = read(data, manifest=manifest, labels=options.labels, limits=SERVER_LIMITS)
    if options.json:
        notices = [notice.as_json() for notice in predictions.notices]
        _print_json({"problems": [], "total": 0, "rows": predictions.rows, "notices": notices})
    else:
        print(in_order_text(options.predictions, predictions))


def _score(options: argparse.Namespace) -> None:
    if options.remark:
        print(options.remark, file=sys.stderr)
    card = _score_detection(options) if options.track == "detection" else _score_classification(options)
    if options.json:
        _print_json(card)
    else:
        print(scorecard_text(card))


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
    return _answer(card, options)


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
    return _answer(card, options)


def _answer(card: Scorecard, options: argparse.Namespace) -> dict[str, Any]:
    answer: dict[str, Any] = card.as_json()
    if options.curves:
        answer["curves"] = card.curves_as_json()
    return answer


def _sample(options: argparse.Namespace) -> None:
    from scoring.sample import sample_classification, sample_detection

    manifest = _manifest(options.images)
    if options.track == "detection":
        sample = sample_detection(manifest, options.labels or LOCAL, options.seed)
    else:
        sample = sample_classification(manifest, options.labels or GLOBAL, options.seed)
    _write(sample, len(manifest.image_ids), "random, to try the form with and not to be scored well")


def _convert(options: argparse.Namespace) -> None:
    from scoring.convert import convert_coco, convert_kaggle

    manifest = _manifest(options.images)
    data = _bytes(options.file)
    convert = convert_kaggle if options.form == "kaggle" else convert_coco
    with _reading("predictions", options.file):
        conversion = convert(data, manifest=manifest)
    for warning in conversion.warnings:
        print(notice_text(warning), file=sys.stderr)
    _write(conversion.csv, len(manifest.image_ids), "check it with `validate`")


def _write(csv: bytes, images: int, remark: str) -> None:
    """The file to standard output, and beside it what it is."""
    sys.stdout.buffer.write(csv)
    sys.stdout.flush()
    print(written_text(csv, images, remark), file=sys.stderr)


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


def _tell_refusal(refusal: _Refused, options: argparse.Namespace) -> None:
    if not getattr(options, "json", False):
        print(faults_text(refusal.path, refusal.fault), file=sys.stderr)
    elif refusal.role == "predictions":
        _print_json(refusal.fault.as_json())
    else:
        _print_json({**refusal.fault.as_json(), "file": refusal.role})


def _print_json(answer: dict[str, Any]) -> None:
    print(json.dumps(answer))


if __name__ == "__main__":
    code = main()
    # What is written has been flushed. Taking numpy apart would take longer than a small file takes to be scored.
    sys.stderr.flush()
    os._exit(code)
