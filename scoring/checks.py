"""The fifteen checks of ground truth, how grave each is, and what the readers and rules call their faults."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What becomes of ground truth that a check is about."""

    ERROR = "error"
    """It is refused."""
    OVERRIDABLE = "overridable"
    """It is refused, unless a reason is recorded for which it is let pass."""
    WARNING = "warning"
    """It is taken, and remarked on."""
    REPORT = "report"
    """Nothing is wrong; it is told or recorded."""


@dataclass(frozen=True)
class Check:
    """One check. `codes` are those of its problems or notices; `vindr` if it binds under VinDr-CXR's rules only."""

    key: str
    severity: Severity
    what: str
    codes: tuple[str, ...]
    vindr: bool = False


CHECKS = (
    Check("G1", Severity.OVERRIDABLE, "every image has a global label", ("no_global_label",), vindr=True),
    Check("G2", Severity.ERROR, "'No finding' excludes all other labels", ("finding_with_no_finding",), vindr=True),
    Check("G3", Severity.ERROR, "'No finding' excludes boxes", ("box_with_no_finding",), vindr=True),
    Check("G4", Severity.ERROR, "every image has a label", ("no_label",), vindr=True),
    Check(
        "G5",
        Severity.ERROR,
        "an image has a local label exactly when it has such a box",
        ("label_without_box", "box_without_label"),
        vindr=True,
    ),
    Check("G6", Severity.ERROR, "boxes are of local labels only", ("box_of_global_label", "unknown_class"), vindr=True),
    Check(
        "G7",
        Severity.ERROR,
        "coordinates are there or all missing, and missing only beside 'No finding' and global labels",
        ("empty_cell", "no_finding_not_empty"),
    ),
    Check(
        "G8",
        Severity.ERROR,
        "a box is finite, and each minimum below its maximum",
        ("bad_number", "out_of_range", "degenerate_box"),
    ),
    Check("G9", Severity.WARNING, "boxes lie inside their images", ("box_outside_image",)),
    Check("G10", Severity.WARNING, "no box is there twice; one that is counts once", ("repeated_box",)),
    Check(
        "G11",
        Severity.ERROR,
        "all files are of the same images, each once; ids are 32 hexadecimal digits under VinDr-CXR's rules",
        ("image_id_form", "unknown_image", "missing_image", "duplicate_image"),
    ),
    Check(
        "G12",
        Severity.ERROR,
        "labels are 0 or 1; all 28 columns and no other under VinDr-CXR's rules",
        ("not_binary", "missing_column", "duplicate_column", "extra_column"),
    ),
    Check("G13", Severity.ERROR, "the rows are a consensus, not several readers'", ("several_readers",)),
    Check("G14", Severity.REPORT, "positive images and boxes of each label, in all and on each part", ()),
    Check("G15", Severity.REPORT, "the canonical form is sealed, and its commitment kept with the version", ()),
)
"""In the order of their numbers."""

OVERRIDABLE = tuple(check.key for check in CHECKS if check.severity == Severity.OVERRIDABLE)


def check_of(code: str) -> Check | None:
    """The check that a problem's or notice's code belongs to; None for what makes a file unreadable anyway."""
    return next((check for check in CHECKS if code in check.codes), None)
