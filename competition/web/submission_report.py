"""Of a submission's report: one label's own page, and all curves as a file."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from competition.models import Submission
from competition.operations.show_result import show_result
from competition.operations.write_csv import csv_rows
from competition.web.charts.chart import LARGE
from competition.web.find import frame
from competition.web.private import private
from competition.web.report import columns_of, curve_points, label_of
from competition.web.submission import submission_of


@require_safe
@private
def one_label(request: HttpRequest, submission_id: UUID, number: int) -> HttpResponse:
    """One label of a report, large; not there where the phase shows no report."""
    submission = submission_of(request, submission_id)
    report = _report_of(request, submission)
    label = label_of(report, number, LARGE)
    if report is None or label is None:
        raise Http404
    context = {
        **frame(request, submission.team.competition, "submissions"),
        "submission": submission,
        "value_name": columns_of(report)[0],
        "label": label,
        "before": label_of(report, number - 1, LARGE),
        "after": label_of(report, number + 1, LARGE),
    }
    return render(request, "submission/label.html", context)


@require_safe
@private
def curves(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Every point that is kept, as CSV; not there where the phase shows no report."""
    submission = submission_of(request, submission_id)
    report = _report_of(request, submission)
    if report is None:
        raise Http404
    content = csv_rows(["label", "curve", "x", "y"], curve_points(report))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="curves-{submission.pk}.csv"'
    return response


def _report_of(request: HttpRequest, submission: Submission) -> dict[str, Any] | None:
    organizes = submission.team.competition.is_organized_by(request.user)
    return show_result(submission, to_organizer=organizes).report
