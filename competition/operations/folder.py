"""A competition as a folder: `competition.yaml` and the files it names, read and checked before anything is written."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from competition.operations.description import Description, FaultyFolder, TrackEntry, faulty, read_description
from scoring import (
    BoxTruth,
    FaultyFile,
    LabelTruth,
    Manifest,
    Problem,
    check_vindr_rules,
    read_box_truth,
    read_groups,
    read_label_truth,
    read_manifest,
)

T = TypeVar("T")

OF_BOXES = {"box_of_global_label", "unknown_class", "box_with_no_finding", "box_without_label", "unknown_image"}
"""Codes of the labelling rules that are about lines of the boxes file wherever both files are checked."""


@dataclass(frozen=True)
class Folder:
    """A folder whose files are all good."""

    description: Description
    about: str
    terms: str
    manifest: Manifest
    truths: dict[str, BoxTruth | LabelTruth]
    groups: tuple[str, ...] | None
    """The group of each image of the manifest, in its order."""


def read_folder(path: Path) -> Folder:
    """Read and check everything; raises FaultyFolder with every fault of the first file that has one."""
    description = read_description(_bytes(path, "competition.yaml"))
    files = {kind: _bytes(path, track.truth) for kind, track in description.tracks.items()}
    if description.rules == "vindr-cxr":
        _check_rules(description, files)
    manifest = _manifest(path, description, files)
    truths = {kind: _read_truth(kind, track, files[kind], manifest) for kind, track in description.tracks.items()}
    groups = None
    if description.groups is not None:
        content = _bytes(path, description.groups)
        groups = _checked(description.groups, lambda: read_groups(content, manifest=manifest))
    return Folder(
        description=description,
        about=_text(path, description.about),
        terms=_text(path, description.terms.text if description.terms else None),
        manifest=manifest,
        truths=truths,
        groups=groups,
    )


def _bytes(folder: Path, name: str) -> bytes:
    path = folder / name
    if not name:
        raise faulty("competition.yaml", "file_missing", "A file name is empty.")
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise faulty(name, "outside_folder", "Files must lie in the competition's folder.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise faulty(name, "unreadable", f"The file can't be read: {error.strerror}.") from error


def _text(folder: Path, name: str | None) -> str:
    if name is None:
        return ""
    try:
        text = _bytes(folder, name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise faulty(name, "encoding", f"The text is not UTF-8 (byte {error.start}).") from error
    if "\0" in text:
        raise faulty(name, "nul_byte", "The text has a NUL character; remove it.")
    return text


def _checked(file: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except FaultyFile as faulty:
        raise FaultyFolder(file, faulty.problems, faulty.total) from faulty


def _read_truth(kind: str, track: TrackEntry, content: bytes, manifest: Manifest | None) -> BoxTruth | LabelTruth:
    read = read_box_truth if kind == "detection" else read_label_truth
    return _checked(track.truth, lambda: read(content, labels=track.labels, manifest=manifest))


def _manifest(path: Path, description: Description, files: dict[str, bytes]) -> Manifest:
    if description.manifest is not None:
        content = _bytes(path, description.manifest)
        return _checked(description.manifest, lambda: read_manifest(content))
    images: set[str] = set()
    for kind, track in description.tracks.items():
        images |= set(_read_truth(kind, track, files[kind], None).image_ids)
    return Manifest(image_ids=tuple(sorted(images)), widths=None, heights=None)


def _check_rules(description: Description, files: dict[str, bytes]) -> None:
    """Raise the faults of the first file that has one, so that a line number means one file."""
    boxes, labels = files.get("detection"), files.get("classification")
    problems = _checked(_names(description), lambda: check_vindr_rules(boxes, labels))
    if not problems:
        return
    of_labels = tuple(problem for problem in problems if labels is not None and problem.code not in OF_BOXES)
    kind: Literal["detection", "classification"] = "classification" if of_labels else "detection"
    found: tuple[Problem, ...] = of_labels or problems
    raise FaultyFolder(description.tracks[kind].truth, found[:100], len(found))


def _names(description: Description) -> str:
    return ", ".join(track.truth for track in description.tracks.values())
