"""The server's own check and metrics, on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from vindr_bench.competition import Track, kind_of_file
from vindr_bench.errors import InvalidFile, Misused
from vindr_bench.files import read_file

if TYPE_CHECKING:
    from scoring import Detections, Manifest, Probabilities
    from vindr_bench.kept import Kept

Read = TypeVar("Read")


def check_for(
    kept: Kept,
    content: bytes,
    *,
    name: str,
    track: str | None,
    labels: Sequence[str] | None = None,
    before: Callable[[], None] = lambda: None,
) -> tuple[Track, Detections | Probabilities]:
    """Check a file for a competition; the track that it is of, and what is in it. Raises InvalidFile with every fault.

    Labels left out are the track's. `before` is called once the server has told what it has to.
    """
    found = kept.competition().track_of_file(track, content.partition(b"\n")[0])
    manifest = manifest_from(kept.manifest())
    before()
    return found, check(content, track=found.track, manifest=manifest, labels=labels or found.labels, name=name)


def check_with(
    images: Path, content: bytes, *, name: str, track: str | None, labels: Sequence[str] | None
) -> tuple[str, Detections | Probabilities]:
    """Check a file with a list of images, without a competition; the track that it is of, and what is in it."""
    of_track = track or kind_of_file(content.partition(b"\n")[0])
    manifest = manifest_from(read_file(images), str(images))
    return of_track, check(content, track=of_track, manifest=manifest, labels=labels, name=name)


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
