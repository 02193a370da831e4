"""What a ground truth holds, told before anything is stored: counts per label and part, and what will count."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from competition.operations.choose_labels import count_positives
from scoring import OPTIMISTIC, Agreement, BoxTruth, LabelAgreement, LabelTruth, Notice

FEW_POSITIVES = 10
"""With fewer positive images on a side the interval of a label means little."""


@dataclass(frozen=True)
class LabelLine:
    """One label of a track: positive images and boxes (None for classification), in all and per part.

    `public` and `private` are None where there is one part only, or where the parts are not known here.
    """

    label: str
    images: int
    boxes: int | None
    public: int | None
    private: int | None
    public_boxes: int | None
    private_boxes: int | None
    counts: bool
    why: str
    """Why it doesn't count; empty where it does."""
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """All that is told. Of the images, the parts are as in `LabelLine`."""

    images: int
    public: int | None
    private: int | None
    groups: int | None
    tracks: dict[str, list[LabelLine]]
    remarks: tuple[Notice, ...]

    def as_json(self) -> dict[str, Any]:
        """By name, as the API answers."""
        return asdict(self)


def preview(
    truths: Mapping[str, BoxTruth | LabelTruth],
    *,
    public: NDArray[np.bool_] | None,
    groups: tuple[str, ...] | None,
    not_counting: Mapping[str, Mapping[str, str]],
    remarks: tuple[Notice, ...],
) -> Preview:
    """Count. public: (images,) in the truths' order, None where there is one part or the parts are not known.

    not_counting: of each track the labels that don't count, with the reason.
    """
    images = len(next(iter(truths.values())).image_ids)
    return Preview(
        images=images,
        public=None if public is None else int(public.sum()),
        private=None if public is None else images - int(public.sum()),
        groups=None if groups is None else len(set(groups)),
        tracks={kind: _lines(truth, public, not_counting.get(kind, {})) for kind, truth in truths.items()},
        remarks=remarks,
    )


def lines_of(shown: Preview) -> list[str]:
    """The preview as text, one line per label."""
    parts = "" if shown.public is None else f": {shown.public} public, {shown.private} private"
    groups = "" if shown.groups is None else f", in {shown.groups} groups"
    lines = [f"{shown.images} images{parts}{groups}"]
    lines += [f"remark: {notice.count} × {notice.code}: {notice.detail}" for notice in shown.remarks]
    for kind, of_track in shown.tracks.items():
        counting = sum(line.counts for line in of_track)
        lines.append(f"{kind}: {counting} of {len(of_track)} labels count")
        for line in of_track:
            lines.append(
                f"  {line.label}: {_counts(line)}; {'counts' if line.counts else f'does not count: {line.why}'}"
            )
            lines += [f"    warning: {warning}" for warning in line.warnings]
    return lines


def lines_about_readers(persons: int | None, agreement: Sequence[LabelAgreement]) -> list[str]:
    """What is known of the readers, as text: one line per label, and one per reader below it."""
    lines = [] if persons is None else [f"readers: {persons} persons keep the two-stage rule on every image"]
    if agreement:
        lines.append(f"first readers against the consensus ({OPTIMISTIC})")
    for label in agreement:
        lines.append(f"  {label.label}: all: {_agreement(label.all)}")
        lines += [f"    {name}: {_agreement(of_reader)}" for name, of_reader in label.readers.items()]
    return lines


def _agreement(found: Agreement) -> str:
    numbers = {"kappa": found.kappa, "sensitivity": found.sensitivity, "specificity": found.specificity}
    words = ", ".join(
        f"{name} {'n/a' if number is None else format(number, '.3f')}" for name, number in numbers.items()
    )
    return f"{words} ({found.readings} readings, {found.positives} of positive images)"


def _lines(
    truth: BoxTruth | LabelTruth, public: NDArray[np.bool_] | None, reasons: Mapping[str, str]
) -> list[LabelLine]:
    boxes = _boxes(truth, public)
    lines = []
    for index, count in enumerate(count_positives(truth, public)):
        on_parts = {"public": count.public, "private": count.private} if count.private is not None else {}
        lines.append(
            LabelLine(
                label=count.label,
                images=count.public + (count.private or 0),
                boxes=None if boxes is None else int(boxes[0][index]),
                public=on_parts.get("public"),
                private=on_parts.get("private"),
                public_boxes=None if boxes is None or public is None else int(boxes[1][index]),
                private_boxes=None if boxes is None or public is None else int(boxes[0][index] - boxes[1][index]),
                counts=count.label not in reasons,
                why=reasons.get(count.label, ""),
                warnings=tuple(_warnings(on_parts or {"": count.public})),
            )
        )
    return lines


def _boxes(
    truth: BoxTruth | LabelTruth, public: NDArray[np.bool_] | None
) -> tuple[NDArray[np.intp], NDArray[np.intp]] | None:
    """Boxes of each label in all, and on the public part."""
    if not isinstance(truth, BoxTruth):
        return None
    in_all = np.bincount(truth.label, minlength=len(truth.labels))
    on_public = truth.label if public is None else truth.label[public[truth.image]]
    return in_all, np.bincount(on_public, minlength=len(truth.labels))


def _warnings(positives: Mapping[str, int]) -> list[str]:
    warnings = []
    for part, count in positives.items():
        where = f"on the {part} part" if part else "in all"
        if count == 0:
            warnings.append(f"no positive image {where}: its score there is not defined")
        elif count < FEW_POSITIVES:
            warnings.append(f"fewer than {FEW_POSITIVES} positive images {where} ({count})")
    return warnings


def _counts(line: LabelLine) -> str:
    images = f"{line.images} positive images"
    if line.private is not None:
        images += f" ({line.public} public, {line.private} private)"
    if line.boxes is None:
        return images
    boxes = f"{line.boxes} boxes"
    if line.private_boxes is not None:
        boxes += f" ({line.public_boxes} public, {line.private_boxes} private)"
    return f"{images}, {boxes}"
