"""The tables of a VinDr Lab export that its annotations refer to: labels, images, and which studies are complete."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from scoring.errors import Notice
from scoring.faults import Faults, shown
from scoring.json_node import Node
from scoring.labels import resolve

_HASHED = re.compile(r"[0-9a-f]{32}")
_MASKED = re.compile(r"masked[._-]?", re.IGNORECASE)
_STATUSES = ("UNASSIGNED", "ASSIGNED", "COMPLETED")
_KINDS = ("STUDY", "SERIES", "IMAGE")


@dataclass(frozen=True)
class Tables:
    """What annotations refer to.

    `label_of` has each label's name as it was asked for, None for one that wasn't; `images_of` the images of each
    object (one for an image, all for a study), without those that are left out.
    """

    label_of: dict[str, str | None]
    images_of: dict[str, tuple[str, ...]]
    study_of: dict[str, str]
    left_out: frozenset[str]
    """The ids of studies that are archived or not complete."""
    images: tuple[str, ...]
    notices: tuple[Notice, ...]


@dataclass
class _Objects:
    kind: dict[str, str] = field(default_factory=dict)
    study: dict[str, str] = field(default_factory=dict)
    series: dict[str, str] = field(default_factory=dict)
    image: dict[str, str] = field(default_factory=dict)


def read_tables(
    labels: Sequence[Node],
    objects: Sequence[Node],
    studies: Sequence[Node],
    archives: Sequence[str],
    wanted: Sequence[str],
    faults: Faults,
) -> Tables:
    """Read the tables; faults are added. wanted: the labels' names to keep."""
    label_of = _labels(labels, wanted, faults)
    found = _objects(objects)
    status = _statuses(studies, found)
    for node in objects:
        study = node.value.get("study_id")
        if node.value.get("type") == "IMAGE" and isinstance(study, str) and study not in status:
            node.fault("unknown_study", "study_id", f"The study {shown(study)} is not in the list of studies.", study)
    archived = {id_ for id_ in archives if id_ in found.kind}
    archived_studies = {found.study[id_] for id_ in archived if found.kind[id_] == "STUDY"}
    incomplete = {study for study, word in status.items() if word != "COMPLETED"} - archived_studies
    left_out = archived_studies | incomplete
    gone_series = {found.series[id_] for id_ in archived if found.kind[id_] == "SERIES" and id_ in found.series}
    kept = {
        id_: image
        for id_, image in found.image.items()
        if id_ not in archived and found.study[id_] not in left_out and found.series.get(id_) not in gone_series
    }
    images_of = {id_: _images_below(id_, found, kept) for id_ in found.kind}
    return Tables(
        label_of=label_of,
        images_of=images_of,
        study_of=found.study,
        left_out=frozenset(left_out),
        images=tuple(sorted(set(kept.values()))),
        notices=_notices(incomplete, len(archived)),
    )


def _labels(labels: Sequence[Node], wanted: Sequence[str], faults: Faults) -> dict[str, str | None]:
    label_of: dict[str, str | None] = {}
    for node in labels:
        id_, name = node.text("id"), node.text("name")
        if id_ in label_of:
            node.fault("duplicate_id", "id", f"The label {shown(id_)} is there twice.", id_)
        label_of[id_] = resolve(name, wanted)
    for name in wanted:
        if name not in label_of.values():
            faults.add("missing_label", None, "labels", name, f"The export knows no label {shown(name)}.")
    return label_of


def _objects(objects: Sequence[Node]) -> _Objects:
    found = _Objects()
    owner: dict[str, str] = {}
    for node in objects:
        id_, kind = node.text("id"), node.one_of("type", _KINDS)
        if id_ in found.kind:
            node.fault("duplicate_id", "id", f"The object {shown(id_)} is there twice.", id_)
        found.kind[id_] = kind
        found.study[id_] = node.text("study_id")
        meta = node.node("meta")
        series = meta.text("series_instance_uid", optional=True)
        if series:
            found.series[id_] = series
        if kind != "IMAGE":
            continue
        found.image[id_] = image = _image_id(meta)
        if image and owner.setdefault(image, id_) != id_:
            node.fault("duplicate_image", "meta", "Another object is of the same image.", image)
    return found


def _image_id(meta: Node) -> str:
    """The name that the images were released under: the MD5 of the SOP Instance UID, in hexadecimal digits.

    The released files have that very name as their UID; then it is taken as it is. `masked_…` stands in where the
    plain UID was taken out, and a prefix `masked` is no part of a UID.
    """
    masked = meta.text("masked_sop_instance_uid", optional=True)
    uid = meta.text("sop_instance_uid", optional=bool(masked)) or masked
    uid = _MASKED.sub("", uid, count=1) if _MASKED.match(uid) else uid
    if not uid or _HASHED.fullmatch(uid):
        return uid
    return hashlib.md5(uid.encode(), usedforsecurity=False).hexdigest()


def _statuses(studies: Sequence[Node], found: _Objects) -> dict[str, str]:
    """The status of each study by its id, to which the object in the list leads."""
    status: dict[str, str] = {}
    for node in studies:
        id_, word = node.text("object_id"), node.one_of("status", _STATUSES)
        if id_ not in found.study:
            node.fault("unknown_object", "object_id", f"There is no object {shown(id_)}.", id_)
            continue
        if status.setdefault(found.study[id_], word) != word:
            node.fault("bad_value", "status", "The same study has another status further up.", word)
    return status


def _images_below(id_: str, found: _Objects, kept: dict[str, str]) -> tuple[str, ...]:
    kind = found.kind[id_]
    if kind == "IMAGE":
        return (kept[id_],) if id_ in kept else ()
    same = found.series if kind == "SERIES" else found.study
    return tuple(sorted(image for other, image in kept.items() if same.get(other) == same.get(id_)))


def _notices(incomplete: set[str], archived: int) -> tuple[Notice, ...]:
    notices = []
    if incomplete:
        detail = "Studies whose review is not completed; their images have no ground truth and are left out."
        notices.append(Notice("study_not_completed", len(incomplete), detail))
    if archived:
        notices.append(Notice("archived", archived, "Objects that are archived; they are left out."))
    return tuple(notices)
