"""A competition as a folder: `competition.yaml` and the files it names, read and checked before anything is written."""

from dataclasses import dataclass, field
from pathlib import Path

from competition.operations.describe_definitions import are_hidden_counts
from competition.operations.description import Description, faulty, read_description
from competition.operations.folder_files import bytes_in, checked_file, text_in
from competition.operations.folder_truth import located, manifest_in, truth_files
from competition.operations.read_truth import check_truths
from scoring import (
    BoxTruth,
    Definition,
    LabelAgreement,
    LabelTruth,
    Manifest,
    Notice,
    agreements,
    check_stages,
    read_definitions,
    read_groups,
    read_readings,
)

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
    description = read_description(bytes_in(path, "competition.yaml"))
    if review is not None:
        description = description.model_copy(update={"review": review})
    files, remarks = truth_files(path, description)
    manifest = manifest_in(path, description, files)
    labels = {kind: track.labels for kind, track in description.tracks.items()}
    checked = located(
        description,
        lambda: check_truths(
            files, labels, manifest=manifest, rules=description.rules or "", overrides=description.overrides
        ),
    )
    groups = None
    if description.groups is not None:
        content = bytes_in(path, description.groups)
        groups = checked_file(description.groups, lambda: read_groups(content, manifest=manifest))
    readers, agreement = _readers(path, description, manifest, checked.truths)
    return Folder(
        description=description,
        about=text_in(path, description.about),
        terms=text_in(path, description.terms.text if description.terms else None),
        rules_page=text_in(path, description.rules_page.text if description.rules_page else None),
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
    hidden = set(truths.values()) | {bytes_in(path, name) for name in names if name is not None}
    handouts = {name: bytes_in(path, name) for name in description.files}
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
    content, images = bytes_in(path, entry.file), entry.images
    labels = list(dict.fromkeys(label for track in description.tracks.values() for label in track.labels))
    found = checked_file(entry.file, lambda: read_definitions(content, labels=labels, images=images))
    if images is None and any(one.positives is not None for one in found):
        detail = f"{entry.file} has counts: say in definitions.images how many training images they are of."
        raise faulty("competition.yaml", "images_missing", detail)
    if are_hidden_counts(found, images, truths, len(manifest.image_ids)):
        detail = "These are the numbers of the hidden test labels; give those of the training data, or none."
        raise faulty(entry.file, "counts_are_hidden", detail)
    return found


def _readers(
    path: Path, description: Description, manifest: Manifest, truths: dict[str, BoxTruth | LabelTruth]
) -> tuple[int | None, tuple[LabelAgreement, ...]]:
    """How many persons kept the two-stage rule, and how the first readers agree with the consensus."""
    entry, persons = description.readers, None
    if entry is None:
        return None, ()
    if entry.stages is not None:
        stages = bytes_in(path, entry.stages)
        persons = checked_file(entry.stages, lambda: check_stages(stages, manifest=manifest))
    if entry.readings is None:
        return persons, ()
    consensus = truths.get("classification")
    if not isinstance(consensus, LabelTruth):
        raise faulty(
            "competition.yaml", "no_consensus", "Readings are compared with the truth of a classification track."
        )
    content = bytes_in(path, entry.readings)
    readings = checked_file(entry.readings, lambda: read_readings(content, labels=consensus.labels, manifest=manifest))
    return persons, agreements(readings, consensus)
