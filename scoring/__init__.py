"""Reads, checks and scores chest X-ray predictions. Knows no server.

This is the door: what is named here is public. A name is fetched from its room when it is first asked for, so
that who only checks a file doesn't wait for the metrics.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # typing takes as long to import as Python takes to start, and Ctrl-C is heard after it

if TYPE_CHECKING:
    from scoring.agreement import OPTIMISTIC as OPTIMISTIC
    from scoring.agreement import Agreement as Agreement
    from scoring.agreement import LabelAgreement as LabelAgreement
    from scoring.agreement import agreements as agreements
    from scoring.cases import Case as Case
    from scoring.cases import classification_cases as classification_cases
    from scoring.cases import detection_cases as detection_cases
    from scoring.checks import CHECKS as CHECKS
    from scoring.checks import OVERRIDABLE as OVERRIDABLE
    from scoring.checks import Severity as Severity
    from scoring.checks import check_of as check_of
    from scoring.convert import Conversion as Conversion
    from scoring.convert import convert_coco as convert_coco
    from scoring.convert import convert_kaggle as convert_kaggle
    from scoring.definitions import Definition as Definition
    from scoring.definitions import read_definitions as read_definitions
    from scoring.definitions import write_definitions as write_definitions
    from scoring.distribution import distribution as distribution
    from scoring.errors import FaultyFile as FaultyFile
    from scoring.errors import Notice as Notice
    from scoring.errors import Problem as Problem
    from scoring.labels import ALL as ALL
    from scoring.labels import GLOBAL as GLOBAL
    from scoring.labels import LOCAL as LOCAL
    from scoring.labels import checked_labels as checked_labels
    from scoring.labels import resolve as resolve
    from scoring.manifest import Manifest as Manifest
    from scoring.manifest import read_manifest as read_manifest
    from scoring.manifest import write_manifest as write_manifest
    from scoring.metric import Metric as Metric
    from scoring.metric import parse_metric as parse_metric
    from scoring.predictions import NO_LIMITS as NO_LIMITS
    from scoring.predictions import SERVER_LIMITS as SERVER_LIMITS
    from scoring.predictions import Detections as Detections
    from scoring.predictions import Limits as Limits
    from scoring.predictions import Probabilities as Probabilities
    from scoring.predictions import read_detections as read_detections
    from scoring.predictions import read_probabilities as read_probabilities
    from scoring.quoted import QuotedLine as QuotedLine
    from scoring.quoted import quoted_lines as quoted_lines
    from scoring.ranking import Difference as Difference
    from scoring.ranking import Ranking as Ranking
    from scoring.ranking import compare as compare
    from scoring.ranking import held as held
    from scoring.ranking import rank_entries as rank_entries
    from scoring.ranking import shown_value as shown_value
    from scoring.readers import Readings as Readings
    from scoring.readers import check_stages as check_stages
    from scoring.readers import read_readings as read_readings
    from scoring.rules import check_vindr_rules as check_vindr_rules
    from scoring.sample import sample_classification as sample_classification
    from scoring.sample import sample_detection as sample_detection
    from scoring.scorecard import ClassScore as ClassScore
    from scoring.scorecard import Scorecard as Scorecard
    from scoring.scorecard import score_classification as score_classification
    from scoring.scorecard import score_detection as score_detection
    from scoring.shares import pack_shares as pack_shares
    from scoring.shares import unpack_shares as unpack_shares
    from scoring.split import draw_split as draw_split
    from scoring.text import sniff_binary as sniff_binary
    from scoring.truth import BoxTruth as BoxTruth
    from scoring.truth import LabelTruth as LabelTruth
    from scoring.truth import read_box_truth as read_box_truth
    from scoring.truth import read_groups as read_groups
    from scoring.truth import read_label_truth as read_label_truth
    from scoring.truth import write_box_truth as write_box_truth
    from scoring.truth import write_label_truth as write_label_truth
    from scoring.truth_remarks import merge_repeated as merge_repeated
    from scoring.truth_remarks import remarks_on_boxes as remarks_on_boxes
    from scoring.vindr_lab import LabExport as LabExport
    from scoring.vindr_lab import convert_vindr_lab as convert_vindr_lab
    from scoring.vindr_lab_reviews import Review as Review
    from scoring.vindr_lab_reviews import SeveralReviews as SeveralReviews

METRIC_VERSION = "1.1.0"

_ROOMS = {
    "agreement": ("OPTIMISTIC", "Agreement", "LabelAgreement", "agreements"),
    "cases": ("Case", "classification_cases", "detection_cases"),
    "checks": ("CHECKS", "OVERRIDABLE", "Severity", "check_of"),
    "convert": ("Conversion", "convert_coco", "convert_kaggle"),
    "definitions": ("Definition", "read_definitions", "write_definitions"),
    "distribution": ("distribution",),
    "errors": ("FaultyFile", "Notice", "Problem"),
    "labels": ("ALL", "GLOBAL", "LOCAL", "checked_labels", "resolve"),
    "manifest": ("Manifest", "read_manifest", "write_manifest"),
    "metric": ("Metric", "parse_metric"),
    "predictions": (
        "NO_LIMITS",
        "SERVER_LIMITS",
        "Detections",
        "Limits",
        "Probabilities",
        "read_detections",
        "read_probabilities",
    ),
    "quoted": ("QuotedLine", "quoted_lines"),
    "ranking": ("Difference", "Ranking", "compare", "held", "rank_entries", "shown_value"),
    "readers": ("Readings", "check_stages", "read_readings"),
    "rules": ("check_vindr_rules",),
    "sample": ("sample_classification", "sample_detection"),
    "scorecard": ("ClassScore", "Scorecard", "score_classification", "score_detection"),
    "shares": ("pack_shares", "unpack_shares"),
    "split": ("draw_split",),
    "text": ("sniff_binary",),
    "truth": (
        "BoxTruth",
        "LabelTruth",
        "read_box_truth",
        "read_groups",
        "read_label_truth",
        "write_box_truth",
        "write_label_truth",
    ),
    "truth_remarks": ("merge_repeated", "remarks_on_boxes"),
    "vindr_lab": ("LabExport", "convert_vindr_lab"),
    "vindr_lab_reviews": ("Review", "SeveralReviews"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}
__all__ = ["METRIC_VERSION", *_ROOM_OF]


def __getattr__(name: str) -> object:
    room = _ROOM_OF.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
