"""Ground truth as it comes is read and checked: the fifteen checks, less those that an organizer overrides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from competition.errors import Invalid
from competition.models import TrackKind
from competition.operations.reason import LONGEST_REASON
from scoring import (
    OVERRIDABLE,
    BoxTruth,
    FaultyFile,
    LabelTruth,
    Manifest,
    Notice,
    Problem,
    Review,
    check_of,
    check_vindr_rules,
    merge_repeated,
    read_box_truth,
    read_label_truth,
    remarks_on_boxes,
)

T = TypeVar("T")
Truth = BoxTruth | LabelTruth

OF_BOXES = {"box_of_global_label", "unknown_class", "box_with_no_finding", "box_without_label", "unknown_image"}
"""Codes of the labelling rules that are about lines of the boxes file wherever both files are checked."""


class FaultyTruth(FaultyFile):
    """The faults of one track's truth; `kind` says whose. `reviews`: those to choose from, if there are several."""

    def __init__(self, kind: str, faulty: FaultyFile) -> None:
        super().__init__(faulty.problems, faulty.total)
        self.kind = kind
        self.reviews: tuple[Review, ...] = getattr(faulty, "reviews", ())

    def as_json(self) -> dict[str, Any]:
        """With the reviews to choose from, where there are several."""
        reviews = [review.as_json() for review in self.reviews]
        return {**super().as_json(), **({"reviews": reviews} if reviews else {})}


@dataclass(frozen=True)
class Checked:
    """Good truth by its track's kind, what is remarkable about it, and the overrides that it needed."""

    truths: dict[str, Truth]
    remarks: tuple[Notice, ...]
    overrides: dict[str, str]


def checked_overrides(overrides: Mapping[str, str]) -> dict[str, str]:
    """Check → reason, without blanks around it; ValueError with a sentence."""
    found = {}
    for check, reason in overrides.items():
        if check not in OVERRIDABLE:
            raise ValueError(_("only {checks} can be overridden").format(checks=", ".join(OVERRIDABLE)))
        if not reason.strip() or len(reason) > LONGEST_REASON or not is_storable(reason):
            sentence = _("give the reason for overriding {check}, in at most {most} characters of text")
            raise ValueError(sentence.format(check=check, most=LONGEST_REASON))
        found[check] = reason.strip()
    return found


def is_storable(text: str) -> bool:
    """Whether the database takes the text: it has no NUL, and no half of a character as JSON can escape one."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def check_truths(
    files: Mapping[str, bytes],
    labels: Mapping[str, list[str] | tuple[str, ...]],
    *,
    manifest: Manifest,
    rules: str,
    overrides: Mapping[str, str],
) -> Checked:
    """Read one CSV file per track; raises FaultyTruth with every fault of the first file that has one."""
    passed: dict[str, int] = {}
    if rules == "vindr-cxr":
        passed = check_rules(files, overrides)
    truths: dict[str, Truth] = {}
    remarks = [_overridden(check, count, overrides[check]) for check, count in passed.items()]
    for kind, content in files.items():
        truth = read_truth(kind, content, labels[kind], manifest)
        if isinstance(truth, BoxTruth):
            truth, repeated = merge_repeated(truth)
            remarks += [*repeated, *remarks_on_boxes(truth, manifest), *_without_row(content, manifest)]
        truths[kind] = truth
    return Checked(truths, tuple(remarks), {check: overrides[check] for check in passed})


def _without_row(content: bytes, manifest: Manifest) -> list[Notice]:
    """Whoever releases boxes gives each image a row; a file that was cut off lacks some."""
    missing = len(set(manifest.image_ids).difference(read_box_truth(content).image_ids))
    detail = "Images without a row in the boxes file; they are taken to have no box."
    return [Notice("image_without_row", missing, detail)] if missing else []


def read_truth(kind: str, content: bytes, labels: list[str] | tuple[str, ...], manifest: Manifest | None) -> Truth:
    """The truth of one track; raises FaultyTruth."""
    read = read_box_truth if kind == TrackKind.DETECTION else read_label_truth
    return _of(kind, lambda: read(content, labels=labels, manifest=manifest))


def check_rules(files: Mapping[str, bytes], overrides: Mapping[str, str]) -> dict[str, int]:
    """How many faults each override lets pass; raises the others, of the first file that has one."""
    boxes, labels = files.get("detection"), files.get("classification")
    # Each alone first, so that a file that is no truth at all is told as the one that it is.
    for kind, content in files.items():
        _of(kind, lambda content=content, kind=kind: read_truth(kind, content, None, None))  # type: ignore[misc]
    problems, passed = [], dict.fromkeys(overrides, 0)
    for problem in _of("classification" if labels else "detection", lambda: check_vindr_rules(boxes, labels)):
        check = check_of(problem.code)
        if check is not None and check.key in passed:
            passed[check.key] += 1
        else:
            problems.append(problem)
    if problems:
        _raise_first(problems, both=labels is not None)
    return {check: count for check, count in passed.items() if count}


def _raise_first(problems: list[Problem], *, both: bool) -> None:
    """Raise the faults of the first file that has one, so that a line number means one file."""
    of_labels = [problem for problem in problems if both and problem.code not in OF_BOXES]
    found = of_labels or problems
    raise FaultyTruth("classification" if of_labels else "detection", FaultyFile(found, len(found)))


def _of(kind: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except FaultyTruth:
        raise
    except FaultyFile as faulty:
        raise FaultyTruth(kind, faulty) from faulty


def _overridden(check: str, count: int, reason: str) -> Notice:
    return Notice("overridden", count, f"Faults of {check} that are let pass: {reason}")


def parsed_overrides(overrides: Mapping[str, str]) -> dict[str, str]:
    """Overrides from a request; raises Invalid."""
    try:
        return checked_overrides(overrides)
    except ValueError as error:
        sentence = f"{str(error)[:1].upper()}{str(error)[1:]}."
        raise Invalid("bad_overrides", sentence, field="overrides") from error
