"""A submission's report, label by label: the heat map, the curves, and how the file's scores are spread."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from competition.web.charts.chart import SMALL, Chart, Frame
from competition.web.charts.curves import froc_chart, pr_chart, roc_chart
from competition.web.charts.heat import shade
from competition.web.charts.histogram import Histogram, histogram
from competition.web.class_rows import ClassRow, class_rows

GUESS = 0.5
"""The AUROC of a guess, from which an AUROC is shaded: what is below says nothing more."""


@dataclass(frozen=True)
class Cell:
    """One value of the heat map."""

    value: float | None
    shade: str


@dataclass(frozen=True)
class LabelReport:
    """One label: its line of the table, the cells of the heat map, its charts and its histogram."""

    number: int
    """1 for the first of the report; the address of its own page."""
    row: ClassRow
    in_score: bool
    cells: list[Cell]
    charts: list[Chart]
    histogram: Histogram | None


@dataclass(frozen=True)
class Report:
    """What a scorecard becomes on a page. `columns` head the cells of the heat map."""

    columns: list[str]
    labels: list[LabelReport]
    keeps_curves: bool
    of_boxes: bool


def report_of(report: dict[str, Any] | None) -> Report | None:
    """The whole of it, with small charts; None where there is no report to be shown."""
    if report is None:
        return None
    return Report(
        columns=columns_of(report),
        labels=[_label(report, number, SMALL) for number in range(1, len(report["classes"]) + 1)],
        keeps_curves="curves" in report,
        of_boxes=_of_boxes(report),
    )


def label_of(report: dict[str, Any] | None, number: int, frame: Frame) -> LabelReport | None:
    """The label of that number, with charts in that frame; None where there is none."""
    if report is None or not 1 <= number <= len(report["classes"]):
        return None
    return _label(report, number, frame)


def curve_points(report: dict[str, Any]) -> Iterator[Sequence[str | float]]:
    """label, curve, x and y of each point that is kept."""
    for label, curves in report.get("curves", {}).items():
        for curve, points in curves.items():
            yield from ((label, curve, *point) for point in points)


def _of_boxes(report: dict[str, Any]) -> bool:
    return bool(report["track"] == "detection")


def columns_of(report: dict[str, Any]) -> list[str]:
    """The heads of the heat map: the value, then those that it is the mean of, or that stand beside it."""
    first = report["classes"][0] if report["classes"] else {}
    own = {"auroc": "AUROC", "froc": "Mean"}.get(report["metric"], "AP")
    more = [f"IoU {iou}" for iou in first.get("thresholds", {})] + [f"at {rate}" for rate in first.get("rates", {})]
    return [own, *more, *(["AP"] if "average_precision" in first else [])]


def _label(report: dict[str, Any], number: int, frame: Frame) -> LabelReport:
    entry = report["classes"][number - 1]
    label = entry["label"]
    lowest = 0.0 if _of_boxes(report) else GUESS
    values = [*entry.get("thresholds", {}).values(), *entry.get("rates", {}).values()]
    if "average_precision" in entry:
        values.append(entry["average_precision"])
    counts = report.get("distribution", {}).get(label)
    return LabelReport(
        number=number,
        row=class_rows({"classes": [entry]})[0],
        in_score=label in report.get("scored_labels", [label]),
        cells=[Cell(entry["value"], shade(entry["value"], lowest)), *(Cell(value, shade(value)) for value in values)],
        charts=_charts(report.get("curves", {}).get(label, {}), label, of_boxes=_of_boxes(report), frame=frame),
        histogram=None if counts is None else histogram(counts),
    )


def _charts(curves: dict[str, Any], label: str, *, of_boxes: bool, frame: Frame) -> list[Chart]:
    if "pr" not in curves:
        return []
    pr = pr_chart(curves["pr"], label=label, of_boxes=of_boxes, frame=frame)
    if "froc" in curves:
        return [pr, froc_chart(curves["froc"], label=label, frame=frame)]
    return [roc_chart(curves["roc"], label=label, frame=frame), pr] if "roc" in curves else [pr]
