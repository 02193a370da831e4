"""Two submissions side by side: their difference overall and label by label, each with its paired interval."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from competition.errors import NotFound, Refusal
from competition.models import Submission
from competition.operations.compare_submissions import (
    ClassDifference,
    Comparison,
    both_of,
    comparable_with,
    compare_submissions,
    may_be_compared,
)
from competition.statuses import status_of
from competition.web.charts.forest import Mark, Scale, scale_of
from competition.web.find import frame
from competition.web.private import private
from competition.web.submission import submission_of

MOST_OFFERED = 100


@dataclass(frozen=True)
class Line:
    """A label's line of the forest; `mark` is None where there is no difference to draw."""

    difference: ClassDifference
    mark: Mark | None


@require_safe
@private
def choose(request: HttpRequest, submission_id: UUID) -> HttpResponseBase:
    """The other submission is chosen here (`?other=`)."""
    submission = submission_of(request, submission_id)
    chosen = request.GET.get("other", "")
    offered = offered_to_compare(request, submission)
    if chosen in {str(other.pk) for other in offered}:
        return redirect("compare", submission_id, chosen)
    return render(request, "submission/compare.html", _frame(request, submission) | {"offered": offered})


@require_safe
@private
def compare(request: HttpRequest, submission_id: UUID, other_id: UUID) -> HttpResponse:
    """The two, with their differences drawn as a forest; a refusal says why they can't be compared."""
    try:
        one, other = both_of(request.user, submission_id, other_id)
    except NotFound as unknown:
        raise Http404 from unknown
    context = _frame(request, one) | {"offered": offered_to_compare(request, one), "other": other}
    try:
        comparison = compare_submissions(one, other, to_organizer=context["organizes"])
    except Refusal as refusal:
        answer = context | {"refusal": refusal.detail}
        return render(request, "submission/compare.html", answer, status=status_of(refusal))
    return render(request, "submission/compare.html", context | _drawn(comparison))


def offered_to_compare(request: HttpRequest, submission: Submission) -> list[Submission]:
    """What this one can be compared with, the newest first; nothing where the phase doesn't show it."""
    organizes = submission.team.competition.is_organized_by(request.user)
    if not may_be_compared(submission, to_organizer=organizes):
        return []
    return list(comparable_with(submission)[:MOST_OFFERED])


def _frame(request: HttpRequest, submission: Submission) -> dict[str, Any]:
    return {**frame(request, submission.team.competition, "submissions"), "submission": submission}


def _drawn(comparison: Comparison) -> dict[str, Any]:
    scale = scale_of(_ends(comparison))
    overall = comparison.difference
    return {
        "comparison": comparison,
        "scale": scale,
        "overall": scale.mark(overall.value, overall.interval),
        "lines": [Line(row, _mark(scale, row)) for row in comparison.classes],
        "better": sum(row.significant and (row.difference or 0) > 0 for row in comparison.classes),
        "worse": sum(row.significant and (row.difference or 0) < 0 for row in comparison.classes),
        "keeps_intervals": any(row.interval for row in comparison.classes),
    }


def _ends(comparison: Comparison) -> list[float]:
    """Everything that the scale must hold."""
    ends = [comparison.difference.value, *(comparison.difference.interval or ())]
    for row in comparison.classes:
        ends += [*(row.interval or ()), *([] if row.difference is None else [row.difference])]
    return ends


def _mark(scale: Scale, row: ClassDifference) -> Mark | None:
    return None if row.difference is None else scale.mark(row.difference, row.interval)
