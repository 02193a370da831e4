"""Precision and recall, ROC and FROC of one label, from the points that are kept with its score."""

import math
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from competition.web.charts.chart import SMALL, Chart, Frame, Tick, closed, path, share_ticks

Points = Sequence[Sequence[float]]

LOWEST_RATE, HIGHEST_RATE = 1 / 8, 8
"""The axis of a FROC curve goes over the rates that its metric looks at."""
_RATES = {1 / 8: "⅛", 1 / 2: "½", 1: "1", 2: "2", 4: "4", 8: "8"}
_SMALL_RATES = (1 / 8, 1, 8)


def pr_chart(points: Points, *, label: str, of_boxes: bool, frame: Frame = SMALL) -> Chart:
    """Precision at each recall. The line bounds what AP measures: the envelope for boxes, steps for images.

    For boxes the thin line of a large drawing joins the points themselves; for images the dashed one is the share of
    positive images, which is the precision of a guess.
    """
    outline = _placed(frame, _envelope(points) if of_boxes else _steps(points))
    share = points[-1][1] if points and not of_boxes and points[-1][0] == 1 else None
    return Chart(
        name=_("Precision and recall"),
        sentence=_("{label}: precision at each recall, {points}").format(label=label, points=_span(points)),
        frame=frame,
        x_name=_("recall"),
        y_name=_("precision"),
        x_ticks=share_ticks(frame, upright=False),
        y_ticks=share_ticks(frame, upright=True),
        line=path(outline),
        area=closed(outline, frame),
        thin=path(_placed(frame, points)) if of_boxes and frame.is_large else "",
        guide="" if share is None else path([(frame.x(0), frame.y(share)), (frame.x(1), frame.y(share))]),
        columns=(_("Recall"), _("Precision")),
        rows=_rows(points, frame),
    )


def roc_chart(points: Points, *, label: str, frame: Frame = SMALL) -> Chart:
    """The share of positive images found at each share of negative ones taken for positive. Dashed: a guess."""
    places = _placed(frame, points)
    return Chart(
        name="ROC",
        sentence=_("{label}: true positive rate at each false positive rate, {points}").format(
            label=label, points=_span(points)
        ),
        frame=frame,
        x_name=_("false positive rate"),
        y_name=_("true positive rate"),
        x_ticks=share_ticks(frame, upright=False),
        y_ticks=share_ticks(frame, upright=True),
        line=path(places),
        area=closed(places, frame),
        guide=path([(frame.x(0), frame.y(0)), (frame.x(1), frame.y(1))]),
        columns=(_("False positive rate"), _("True positive rate")),
        rows=_rows(points, frame),
    )


def froc_chart(points: Points, *, label: str, frame: Frame = SMALL) -> Chart:
    """The share of true boxes found at each number of false ones per image, on a scale of doublings, in steps."""
    reached = [(rate, found) for rate, found in points if rate <= HIGHEST_RATE]
    at_start = max((found for rate, found in reached if rate <= LOWEST_RATE), default=0.0)
    steps, last = [(0.0, at_start)], at_start
    for rate, found in reached:
        if rate > LOWEST_RATE:
            steps += [(_along(rate), last), (_along(rate), found)]
            last = found
    places = _placed(frame, [*steps, (1.0, last)] if points else [])
    rates = tuple(_RATES) if frame.is_large else _SMALL_RATES
    return Chart(
        name="FROC",
        sentence=_("{label}: sensitivity at each number of false positives per image, {points}").format(
            label=label, points=_span(points)
        ),
        frame=frame,
        x_name=_("false positives per image"),
        y_name=_("sensitivity"),
        x_ticks=[Tick(frame.x(_along(rate)), _RATES[rate]) for rate in rates],
        y_ticks=share_ticks(frame, upright=True),
        line=path(places),
        area=closed(places, frame),
        columns=(_("False positives per image"), _("Sensitivity")),
        rows=_rows(points, frame),
    )


def _along(rate: float) -> float:
    """The place of a rate on the scale of doublings, as a share of its length."""
    return math.log(rate / LOWEST_RATE) / math.log(HIGHEST_RATE / LOWEST_RATE)


def _envelope(points: Points) -> Points:
    """At each recall the highest precision at it or beyond, in steps from recall 0."""
    highest, reached = 0.0, []
    for recall, precision in reversed(points):
        highest = max(highest, precision)
        reached.append((recall, highest))
    return _steps(reached[::-1])


def _steps(points: Points) -> Points:
    """Each height holds from the point before it, and the first one from 0."""
    steps, before = [], 0.0
    for across, up in points:
        steps += [(before, up), (across, up)]
        before = across
    return steps


def _placed(frame: Frame, points: Points) -> list[tuple[float, float]]:
    return [(frame.x(across), frame.y(up)) for across, up in points]


def _rows(points: Points, frame: Frame) -> list[tuple[str, str]]:
    """Of a large drawing; small ones have no table beside them."""
    if not frame.is_large:
        return []
    return [(f"{across:.4f}", f"{up:.4f}") for across, up in points]


def _span(points: Points) -> str:
    if not points:
        return _("of which there is none.")
    (x_first, y_first), (x_last, y_last) = points[0], points[-1]
    return _("from {y_first} at {x_first} to {y_last} at {x_last}.").format(
        y_first=f"{y_first:.3f}", x_first=f"{x_first:.3f}", y_last=f"{y_last:.3f}", x_last=f"{x_last:.3f}"
    )
