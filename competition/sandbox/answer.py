"""What a child answers, as plain bytes, and the doubt that they are read with: the child has read a stranger's file."""

import json
import math
import struct
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

_LENGTH = struct.Struct("<I")
PARTS = ("public", "private")


class BadAnswer(Exception):
    """What came back is no answer; says why, and repeats nothing of it."""


@dataclass(frozen=True)
class PartScore:
    """The scores on one part of the images."""

    part: str
    value: float
    interval: tuple[float, float] | None
    report: dict[str, Any]
    replicates: bytes
    """float32, little-endian, one per resample."""
    class_replicates: bytes
    """Two bytes (`scoring.pack_shares`) for each of the report's classes and each resample."""


@dataclass(frozen=True)
class Refused:
    """This file can never be scored against these labels."""

    code: str
    detail: str


def answer_of(scores: list[PartScore] | Refused) -> bytes:
    """The bytes that `read_answer` reads."""
    if isinstance(scores, Refused):
        head: dict[str, Any] = {"refused": [scores.code, scores.detail]}
        replicates = b""
    else:
        head = {"parts": [[one.part, one.value, one.interval, one.report] for one in scores]}
        replicates = b"".join(one.replicates + one.class_replicates for one in scores)
    text = json.dumps(head, allow_nan=False).encode()
    return _LENGTH.pack(len(text)) + text + replicates


def read_answer(content: bytes, *, resamples: int) -> list[PartScore] | Refused:
    """Read an answer; BadAnswer where a size is wrong, a number is not finite or a score is no share."""
    if len(content) < _LENGTH.size:
        raise BadAnswer("The answer is cut off.")
    end = _LENGTH.size + _LENGTH.unpack_from(content)[0]
    if end > len(content):
        raise BadAnswer("The answer is cut off.")
    try:
        head = json.loads(content[_LENGTH.size : end], parse_float=_finite, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadAnswer("The answer is no JSON of finite numbers.") from error
    match head:
        case {"refused": [str(code), str(detail)]} if len(content) == end:
            return Refused(code[:60], detail[:1000])
        case {"parts": [*rows]} if 1 <= len(rows) <= len(PARTS):
            return _scores(rows, content[end:], resamples)
    raise BadAnswer("The answer has another form.")


def _scores(rows: list[Any], replicates: bytes, resamples: int) -> list[PartScore]:
    scores, start = [], 0
    for row in rows:
        end = start + 4 * resamples
        stop = end + 2 * resamples * _classes_in(row)
        if stop > len(replicates):
            raise BadAnswer("The number of replicates is wrong.")
        scores.append(_score(row, replicates[start:end], replicates[end:stop]))
        start = stop
    if start != len(replicates):
        raise BadAnswer("The number of replicates is wrong.")
    if [score.part for score in scores] != list(PARTS[: len(scores)]):
        raise BadAnswer("The parts are others.")
    return scores


def _classes_in(row: Any) -> int:
    match row:
        case [_, _, _, {"classes": [*classes]}]:
            return len(classes)
    raise BadAnswer("A report names no classes.")


def _score(row: Any, replicates: bytes, class_replicates: bytes) -> PartScore:
    # NaN stands for a resample in which no label is defined.
    if np.isinf(np.frombuffer(replicates, "<f4")).any():
        raise BadAnswer("A replicate is not finite.")
    match row:
        case [str(part), float() | int() as value, interval, dict(report)] if 0 <= value <= 1:
            return PartScore(part, float(value), _interval(interval), report, replicates, class_replicates)
    raise BadAnswer("A score is no share.")


def _interval(interval: Any) -> tuple[float, float] | None:
    match interval:
        case None:
            return None
        case [float() | int() as low, float() | int() as high]:
            return float(low), float(high)
    raise BadAnswer("An interval has no two ends.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is not finite")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
