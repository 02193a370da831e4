"""A competition as a folder: `competition.yaml` and the files it names, read and checked before anything is written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from competition.operations.describe_definitions import are_hidden_counts
from competition.operations.description import Description, FaultyFolder, faulty, read_description
from competition.operations.read_truth import FaultyTruth, check_truths, read_truth
from competition.operations.unpack_export import unpack_exports, without_lines
from scoring import (
    BoxTruth,
    Definition,
    FaultyFile,
    LabelAgreement,
    LabelTruth,
    Manifest,
    Notice,
    agreements,
    check_stages,
    read_definitions,
    read_groups,
    read_manifest,
    read_readings,
)

T = TypeVar("T")
LARGEST_HANDOUT = 64 * 1024 * 1024


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
    handouts: dict[str, bytes] = field(default_factory=dict)
    """The files for participants, by name."""
    readers: int | None = None
    """How many persons read, where it is known that the two-stage rule was kept."""
    agreement: tuple[LabelAgreement, ...] = ()
    """How the first readers agree with the consensus of classification, where their readings are given."""
    rules_page: str = ""
    """The text of the rules, as Markdown."""
    definitions: tuple[Definition, ...] = ()
    """What labels mean, in the order of the file."""


def read_folder(path: Path, *, review: str | None = None) -> Folder:
    """Read and check everything; raises FaultyFolder with every fault of the first file that has one.

    review: stands in for what competition.yaml says of the review that counts in an export.
    """
    description = read_description(_bytes(path, "competition.yaml"))
    if review is not None:
        description = description.model_copy(update={"review": review})
    files, remarks = _truth_files(path, description)
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
    readers, agreement = _readers(path, description, manifest, checked.truths)
    return Folder(
        description=description,
        about=_text(path, description.about),
        terms=_text(path, description.terms.text if description.terms else None),
        rules_page=_text(path, description.rules_page.text if description.rules_page else None),
        definitions=_definitions(path, description, manifest, checked.truths),
        manifest=manifest,
        truths=checked.truths,
        groups=groups,
        remarks=(*remarks, *checked.remarks),
        overrides=checked.overrides,
        handouts=_handouts(path, description, files),
        readers=readers,
        agreement=agreement,
    )


def _handouts(path: Path, description: Description, truths: dict[str, bytes]) -> dict[str, bytes]:
    """The files for participants; refuses what is to stay hidden, under whatever name it stands in the folder."""
    readers = description.readers
    names = ["competition.yaml", *(track.truth for track in description.tracks.values()), description.groups]
    names += [] if readers is None else [readers.stages, readers.readings]
    hidden = set(truths.values()) | {_bytes(path, name) for name in names if name is not None}
    handouts = {name: _bytes(path, name) for name in description.files}
    for name, content in handouts.items():
        if content in hidden:
            raise faulty("competition.yaml", "file_is_hidden", f"{name} is to stay hidden; take it out of files.")
        if len(content) > LARGEST_HANDOUT:
            raise faulty(name, "file_too_large", f"A file for participants has at most {LARGEST_HANDOUT} bytes.")
    return handouts


def _definitions(
    path: Path, description: Description, manifest: Manifest, truths: dict[str, BoxTruth | LabelTruth]
) -> tuple[Definition, ...]:
    """What labels mean; refuses counts that are those of the hidden labels, or that no number of images belongs to."""
    entry = description.definitions
    if entry is None:
        return ()
    content, images = _bytes(path, entry.file), entry.images
    labels = list(dict.fromkeys(label for track in description.tracks.values() for label in track.labels))
    found = _checked(entry.file, lambda: read_definitions(content, labels=labels, images=images))
    if images is None and any(one.positives is not None for one in found):
        detail = f"{entry.file} has counts: say in definitions.images how many training images they are of."
        raise faulty("competition.yaml", "images_missing", detail)
    if are_hidden_counts(found, images, truths, len(manifest.image_ids)):
        detail = "These are the numbers of the hidden test labels; give those of the training data, or none."
        raise faulty(entry.file, "counts_are_hidden", detail)
    return found


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
        told = without_lines(faulty) if faulty.kind in _exports(description) else faulty
        raise FaultyFolder(description.tracks[told.kind].truth, told.problems, told.total) from faulty


def _exports(description: Description) -> set[str]:
    """The tracks whose truth is an export of VinDr Lab."""
    return {kind for kind, track in description.tracks.items() if track.truth.lower().endswith(".json")}


def _truth_files(path: Path, description: Description) -> tuple[dict[str, bytes], tuple[Notice, ...]]:
    """The truth of each track as CSV, whatever it comes as, and what is remarkable about that."""
    files = {kind: _bytes(path, track.truth) for kind, track in description.tracks.items()}
    labels = {kind: track.labels for kind, track in description.tracks.items()}
    kinds = _exports(description)
    if description.review and not kinds:
        raise faulty("competition.yaml", "review_without_export", "A review is chosen from an export; take it out.")
    try:
        return unpack_exports(files, labels, rules=description.rules or "", kinds=kinds, review=description.review)
    except FaultyTruth as bad:
        raise FaultyFolder(description.tracks[bad.kind].truth, bad.problems, bad.total, bad.reviews) from bad


def _readers(
    path: Path, description: Description, manifest: Manifest, truths: dict[str, BoxTruth | LabelTruth]
) -> tuple[int | None, tuple[LabelAgreement, ...]]:
    """How many persons kept the two-stage rule, and how the first readers agree with the consensus."""
    entry, persons = description.readers, None
    if entry is None:
        return None, ()
    if entry.stages is not None:
        stages = _bytes(path, entry.stages)
        persons = _checked(entry.stages, lambda: check_stages(stages, manifest=manifest))
    if entry.readings is None:
        return persons, ()
    consensus = truths.get("classification")
    if not isinstance(consensus, LabelTruth):
        raise faulty(
            "competition.yaml", "no_consensus", "Readings are compared with the truth of a classification track."
        )
    content = _bytes(path, entry.readings)
    readings = _checked(entry.readings, lambda: read_readings(content, labels=consensus.labels, manifest=manifest))
    return persons, agreements(readings, consensus)


def _manifest(path: Path, description: Description, files: dict[str, bytes]) -> Manifest:
    if description.manifest is not None:
        content = _bytes(path, description.manifest)
        return _checked(description.manifest, lambda: read_manifest(content))
    images: set[str] = set()
    for kind, track in description.tracks.items():
        read = partial(read_truth, kind, files[kind], track.labels, None)
        images |= set(_located(description, read).image_ids)
    return Manifest(image_ids=tuple(sorted(images)), widths=None, heights=None)
