"""A competition as a folder: `competition.yaml` and the files it names, read and checked before anything is written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from competition.operations.description import Description, FaultyFolder, faulty, read_description
from competition.operations.read_truth import FaultyTruth, check_truths, read_truth
from scoring import BoxTruth, FaultyFile, LabelTruth, Manifest, Notice, read_groups, read_manifest

T = TypeVar("T")


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
    remarks: tuple[Notice, ...] = ()
    """What is remarkable about the truth and doesn't refuse it."""
    overrides: dict[str, str] = field(default_factory=dict)
    """The checks whose faults are let pass, with the reason; only those that had any."""


def read_folder(path: Path) -> Folder:
    """Read and check everything; raises FaultyFolder with every fault of the first file that has one."""
    description = read_description(_bytes(path, "competition.yaml"))
    files = {kind: _bytes(path, track.truth) for kind, track in description.tracks.items()}
    manifest = _manifest(path, description, files)
    labels = {kind: track.labels for kind, track in description.tracks.items()}
    checked = _located(
        description,
        lambda: check_truths(
            files, labels, manifest=manifest, rules=description.rules or "", overrides=description.overrides
        ),
    )
    groups = None
    if description.groups is not None:
        content = _bytes(path, description.groups)
        groups = _checked(description.groups, lambda: read_groups(content, manifest=manifest))
    return Folder(
        description=description,
        about=_text(path, description.about),
        terms=_text(path, description.terms.text if description.terms else None),
        manifest=manifest,
        truths=checked.truths,
        groups=groups,
        remarks=checked.remarks,
        overrides=checked.overrides,
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


def _located(description: Description, read: Callable[[], T]) -> T:
    """Name the file of the track whose truth is faulty."""
    try:
        return read()
    except FaultyTruth as faulty:
        raise FaultyFolder(description.tracks[faulty.kind].truth, faulty.problems, faulty.total) from faulty


def _manifest(path: Path, description: Description, files: dict[str, bytes]) -> Manifest:
    if description.manifest is not None:
        content = _bytes(path, description.manifest)
        return _checked(description.manifest, lambda: read_manifest(content))
    images: set[str] = set()
    for kind, track in description.tracks.items():
        read = partial(read_truth, kind, files[kind], track.labels, None)
        images |= set(_located(description, read).image_ids)
    return Manifest(image_ids=tuple(sorted(images)), widths=None, heights=None)
