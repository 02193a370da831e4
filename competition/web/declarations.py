"""Declaring external data and models on a submission's page, and what all teams declare for organizers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from competition.errors import Refusal
from competition.models import Declaration, Phase, Submission
from competition.operations.declare import KINDS, MOST_ITEMS, declare, newest_of_team
from competition.operations.declared import undeclared
from competition.statuses import status_of
from competition.web.find import frame
from competition.web.organize import organized_competition
from competition.web.private import page_and_form, private
from competition.web.submission import own_submission

SPARE_ROWS = 3
FIELDS = ("kind", "name", "source", "licence", "public")


@page_and_form
@private
def declare_submission(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """A row for each thing, some to spare and a button for more (GET); the next version of the declaration (POST)."""
    submission = own_submission(request, submission_id)
    if request.method != "POST":
        newest = newest_of_team(submission)
        return _page(request, submission, list(newest.items) if newest else [], newest is not None and not newest.items)
    rows, none = _rows_from(request), "none" in request.POST
    if request.POST.get("act") == "more":
        return _page(request, submission, rows, none)
    try:
        declare(submission, user=request.user, items=rows, none=none)
    except Refusal as refusal:
        return _page(request, submission, rows, none, refusal)
    messages.success(request, _("Declared. What was declared before is kept."))
    return redirect("submission", submission_id)


def _rows_from(request: HttpRequest) -> list[dict[str, Any]]:
    """The rows in which something is written."""
    rows = []
    for place in range(1, MOST_ITEMS + 1):
        row: dict[str, Any] = {name: request.POST.get(f"{name}-{place}", "").strip() for name in FIELDS}
        if row["name"] or row["source"] or row["licence"]:
            rows.append({**row, "public": row["public"] == "yes"})
    return rows


def _page(
    request: HttpRequest, submission: Submission, rows: list[dict[str, Any]], none: bool, refusal: Refusal | None = None
) -> HttpResponse:
    competition = submission.team.competition
    spare = [{"kind": "data", "public": True}] * min(SPARE_ROWS, MOST_ITEMS - len(rows))
    until = competition.external_data_until
    context = {
        **frame(request, competition, "submissions"),
        "submission": submission,
        "rows": list(enumerate([*rows, *spare], start=1)),
        "none": none,
        "kinds": KINDS,
        "closed": until is not None and competition.now() >= until,
        "fault": refusal.detail if refusal else "",
    }
    return render(request, "submission/declare.html", context, status=status_of(refusal) if refusal else 200)


@require_safe
@private
def all_declared(request: HttpRequest, slug: str) -> HttpResponse:
    """What is declared for each submission, with the versions before it, and where something is missing."""
    competition = organized_competition(request, slug)
    shown = Submission.objects.filter(team__competition=competition, declarations__isnull=False).distinct()
    rows = shown.select_related("team", "phase", "track").order_by("team__name", "received_at")
    versions: dict[UUID, list[Declaration]] = {}
    for declaration in Declaration.objects.filter(submission__in=shown.values("pk")).select_related("author"):
        versions.setdefault(declaration.submission_id, []).append(declaration)
    context = {
        **frame(request, competition, "organize"),
        "kinds": KINDS,
        "rows": [(submission, versions[submission.pk]) for submission in rows if submission.pk in versions],
        "missing": [
            submission for phase in Phase.objects.filter(competition=competition) for submission in undeclared(phase)
        ],
    }
    return render(request, "organize/declarations.html", context)
