"""The hidden truth of a competition's folder: as CSV whatever it comes as, and the images that it is about."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from competition.operations.description import Description, FaultyFolder, faulty
from competition.operations.folder_files import bytes_in, checked_file
from competition.operations.read_truth import FaultyTruth, read_truth
from competition.operations.unpack_export import unpack_exports, without_lines
from scoring import Manifest, Notice, read_manifest

T = TypeVar("T")


def truth_files(path: Path, description: Description) -> tuple[dict[str, bytes], tuple[Notice, ...]]:
    """The truth of each track as CSV, whatever it comes as, and what is remarkable about that."""
    files = {kind: bytes_in(path, track.truth) for kind, track in description.tracks.items()}
    labels = {kind: track.labels for kind, track in description.tracks.items()}
    kinds = _exports(description)
    if description.review and not kinds:
        raise faulty("competition.yaml", "review_without_export", "A review is chosen from an export; take it out.")
    try:
        return unpack_exports(files, labels, rules=description.rules or "", kinds=kinds, review=description.review)
    except FaultyTruth as bad:
        raise FaultyFolder(description.tracks[bad.kind].truth, bad.problems, bad.total, bad.reviews) from bad


def manifest_in(path: Path, description: Description, files: dict[str, bytes]) -> Manifest:
    """The manifest that is named; without one, the images that the truths name, in order."""
    if description.manifest is not None:
        content = bytes_in(path, description.manifest)
        return checked_file(description.manifest, lambda: read_manifest(content))
    images: set[str] = set()
    for kind, track in description.tracks.items():
        read = partial(read_truth, kind, files[kind], track.labels, None)
        images |= set(located(description, read).image_ids)
    return Manifest(image_ids=tuple(sorted(images)), widths=None, heights=None)


def located(description: Description, read: Callable[[], T]) -> T:
    """Name the file of the track whose truth is faulty."""
    try:
        return read()
    except FaultyTruth as faulty:
        told = without_lines(faulty) if faulty.kind in _exports(description) else faulty
        raise FaultyFolder(description.tracks[told.kind].truth, told.problems, told.total) from faulty


def _exports(description: Description) -> set[str]:
    """The tracks whose truth is an export of VinDr Lab."""
    return {kind for kind, track in description.tracks.items() if track.truth.lower().endswith(".json")}
