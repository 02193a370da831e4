"""The server's own check and metrics, on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from vindr_bench.errors import InvalidFile, Misused

if TYPE_CHECKING:
    from scoring import Detections, Manifest, Probabilities

Read = TypeVar("Read")


def read_file(path: str | Path) -> bytes:
    """The bytes of a file; Misused with a sentence where it can't be read."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or error
    raise Misused("unreadable_file", f"{path} can't be read: {reason}.")


def read_predictions(path: str | Path) -> bytes:
    """The bytes of a file that may be handed in; InvalidFile at once for one that no server takes."""
    from scoring import SERVER_LIMITS

    file, most = Path(path), SERVER_LIMITS.bytes
    size = file.stat().st_size if file.is_file() else 0
    if most is not None and size > most:
        detail = f"The file has {size} bytes; at most {most} are read."
        problem = {"code": "file_too_large", "line": None, "column": None, "value": None, "detail": detail}
        raise InvalidFile("faulty_file", f"{path} is too large.", name=str(path), problems=[problem], total=1)
    return read_file(path)


def refuse_a_pipe(path: Path) -> None:
    """Misused where a file can be read only once: it is read for the check, for its SHA-256, and as it goes out."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise Misused("not_a_file", f"{path} can be read only once: write it to a file, and hand that in.")


def manifest_from(content: bytes, name: str = "manifest") -> Manifest:
    """The images of a manifest; InvalidFile where it is faulty."""
    from scoring import read_manifest

    return _told("manifest", name, lambda: read_manifest(content))


def check(
    content: bytes, *, track: str, manifest: Manifest, labels: Sequence[str] | None, name: str = "the file"
) -> Detections | Probabilities:
    """Read a file of predictions as the server does; InvalidFile with every fault, its cause the reader's own."""
    from scoring import SERVER_LIMITS, read_detections, read_probabilities, sniff_binary

    binary = sniff_binary(content)
    if binary:
        raise InvalidFile(
            "not_csv", f"This is {binary}. Upload the CSV itself, not packed and not as a workbook.", file=name
        )
    reader = read_detections if track == "detection" else read_probabilities
    return _told("predictions", name, lambda: reader(content, manifest=manifest, labels=labels, limits=SERVER_LIMITS))


def score(
    content: bytes,
    truth: bytes,
    *,
    track: str,
    metric: str | None = None,
    labels: Sequence[str] | None = None,
    bootstrap: int = 1000,
    seed: int = 0,
) -> dict[str, Any]:
    """Score predictions against labels of one's own, as `python -m scoring score --json` prints it."""
    from scoring import (
        Manifest,
        parse_metric,
        read_box_truth,
        read_detections,
        read_label_truth,
        read_probabilities,
        score_classification,
        score_detection,
    )

    if track == "detection":
        measure = _metric(parse_metric, metric or "voc2010@0.4")
        boxes = _told("truth", "the truth", lambda: read_box_truth(truth, labels=labels))
        found = _told(
            "predictions",
            "the file",
            lambda: read_detections(content, manifest=Manifest(boxes.image_ids), labels=boxes.labels),
        )
        card = score_detection(boxes, found, metric=measure, resamples=bootstrap, seed=seed)
    else:
        if metric not in (None, "auroc"):
            raise Misused("unknown_metric", "The metric of classification is auroc.")
        marks = _told("truth", "the truth", lambda: read_label_truth(truth, labels=labels))
        rated = _told(
            "predictions",
            "the file",
            lambda: read_probabilities(content, manifest=Manifest(marks.image_ids), labels=marks.labels),
        )
        card = score_classification(marks, rated, resamples=bootstrap, seed=seed)
    answer: dict[str, Any] = card.as_json()
    return answer


def _metric(parse: Callable[[str], Any], text: str) -> Any:
    with suppress(ValueError):
        return parse(text)
    raise Misused("unknown_metric", f"{text!r} is no metric: voc2010@0.4, voc2007@0.4, coco and froc are.")


def _told(role: str, name: str, read: Callable[[], Read]) -> Read:
    from scoring import FaultyFile

    try:
        return read()
    except FaultyFile as fault:
        counted = "one fault" if fault.total == 1 else f"{fault.total} faults"
        facts = {**fault.as_json(), **({} if role == "predictions" else {"file": role})}
        raise InvalidFile("faulty_file", f"The file has {counted}.", name=name, **facts) from fault
