"""A team's submissions: the list, one of them with its state and score, and what the team can do with it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from competition.errors import Refusal
from competition.models import Membership, Submission
from competition.operations.compare_submissions import comparable_with, compare_with_best, may_be_compared
from competition.operations.declare import KINDS
from competition.operations.select import select, unselect
from competition.operations.show_result import show_result, show_results, with_results
from competition.operations.withdraw import put_back, withdraw
from competition.statuses import status_of
from competition.web.caching import unless_same
from competition.web.charts.forest import scale_of
from competition.web.find import competition_of, frame
from competition.web.pace import WAITING, again_at
from competition.web.private import page_and_form, private
from competition.web.quota import slots_of
from competition.web.report import report_of
from competition.web.standing import standing_of
from competition.web.timeline import is_final, timeline

PAGE_ROWS = 50


def submission_of(request: HttpRequest, submission_id: UUID) -> Submission:
    """The submission with its results, if the person may know of it, or 404."""
    visible = Submission.objects.visible_to(request.user).filter(pk=submission_id)
    submission = with_results(visible).first()
    if submission is None:
        raise Http404
    return submission


def _is_own(request: HttpRequest, submission: Submission) -> bool:
    return submission.team.memberships.filter(user=request.user).exists()


def own_submission(request: HttpRequest, submission_id: UUID) -> Submission:
    """The submission, if it is of the person's team; an organizer may see it and not do this."""
    submission = submission_of(request, submission_id)
    if not _is_own(request, submission):
        raise PermissionDenied(_("Only the team itself can do this."))
    return submission


@require_safe
@private
def own_submissions(request: HttpRequest, slug: str) -> HttpResponse:
    """The team's own, newest first."""
    competition = competition_of(slug, request.user)
    membership = Membership.objects.of(request.user, competition)
    own = Submission.objects.filter(team=membership.team) if membership else Submission.objects.none()
    page = Paginator(with_results(own).newest_first(), PAGE_ROWS).get_page(request.GET.get("page"))
    rows = list(page)
    context = {
        **frame(request, competition, "submissions"),
        "membership": membership,
        "members": membership.team.memberships.select_related("user").order_by("joined_at") if membership else [],
        "slots": slots_of(membership.team, competition, competition.now()) if membership else [],
        "page": page,
        "rows": list(zip(rows, show_results(rows), strict=True)),
    }
    return render(request, "submission/list.html", context)


@require_safe
@private
def one_submission(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Its state and, as the phase allows, its score."""
    return _page(request, submission_of(request, submission_id))


@require_safe
@private
def state(request: HttpRequest, submission_id: UUID) -> HttpResponseBase:
    """The part of the page that changes by itself; 304 while it hasn't changed."""
    submission = submission_of(request, submission_id)
    return unless_same(request, render_to_string("submission/state.html", _result(request, submission)))


@page_and_form
@private
def withdraw_submission(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Asks first (GET), then takes it off the board (POST)."""
    submission = own_submission(request, submission_id)
    if request.method != "POST":
        context = {**frame(request, submission.team.competition, "submissions"), "submission": submission}
        return render(request, "submission/withdraw.html", context)
    withdraw(submission)
    messages.success(request, _("Withdrawn. It leaves the board with its next publication, in a second or two."))
    return redirect("submission", submission_id)


@require_POST
@private
def put_submission_back(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """The withdrawal is undone."""
    submission = own_submission(request, submission_id)
    try:
        put_back(submission)
    except Refusal as refusal:
        return _page(request, submission_of(request, submission_id), refusal.detail, status_of(refusal))
    messages.success(request, _("Put back. It is on the board with its next publication, in a second or two."))
    return redirect("submission", submission_id)


@require_POST
@private
def select_submission(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Chosen for the final ranking."""
    return _choose(request, submission_id, select, _("Chosen for the final ranking."))


@require_POST
@private
def unselect_submission(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """The choice is taken back."""
    return _choose(request, submission_id, unselect, _("No longer chosen for the final ranking."))


def _choose(request: HttpRequest, submission_id: UUID, act: Callable[..., Submission], done: str) -> HttpResponse:
    submission = own_submission(request, submission_id)
    try:
        act(submission, by=request.user)
    except Refusal as refusal:
        return _page(request, submission_of(request, submission_id), refusal.detail, status_of(refusal))
    messages.success(request, done)
    return redirect("submission", submission_id)


def _page(request: HttpRequest, submission: Submission, refusal: str = "", status: int = 200) -> HttpResponse:
    is_open = submission.phase.is_open(submission.team.competition.now())
    organizes = submission.team.competition.is_organized_by(request.user)
    context = {
        **frame(request, submission.team.competition, "submissions"),
        **_result(request, submission),
        "refusal": refusal,
        "own": _is_own(request, submission),
        "phase_is_open": is_open,
        "can_be_selected": is_open and _is_on_board(submission),
        "offered": may_be_compared(submission, to_organizer=organizes) and comparable_with(submission).exists(),
        "declarations": submission.declarations.select_related("author"),
        "kinds": KINDS,
    }
    return render(request, "submission/submission.html", context, status=status)


def _is_on_board(submission: Submission) -> bool:
    return not (submission.withdrawn_at or submission.disqualified_at)


def _result(request: HttpRequest, submission: Submission) -> dict[str, Any]:
    organizes = submission.team.competition.is_organized_by(request.user)
    shown = show_result(submission, to_organizer=organizes)
    return {
        "submission": submission,
        "shown": shown,
        "final": is_final(submission, shown),
        "pace": WAITING,
        "again": again_at(shown.place_in_queue),
        "steps": timeline(submission, shown, tells_times=organizes or not submission.phase.holds),
        "coarse": submission.phase.holds and not organizes,
        "report": report_of(shown.report),
        "standing": standing_of(submission) if shown.state == "scored" else None,
        **_against_best(submission, to_organizer=organizes),
    }


def _against_best(submission: Submission, *, to_organizer: bool) -> dict[str, Any]:
    comparison = compare_with_best(submission, to_organizer=to_organizer)
    if comparison is None:
        return {"best": None}
    difference = comparison.difference
    scale = scale_of([difference.value, *(difference.interval or ())])
    return {"best": comparison, "scale": scale, "best_mark": scale.mark(difference.value, difference.interval)}
