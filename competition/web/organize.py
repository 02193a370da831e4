"""The organizers' pages: watching a competition, disqualifying, publishing a phase."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from competition.errors import Refusal
from competition.models import Competition, Phase, Split, Submission
from competition.operations.announce import LONGEST_TEXT, LONGEST_TITLE, announce
from competition.operations.disqualify import disqualify
from competition.operations.reason import LONGEST_REASON
from competition.operations.regret import choices_of
from competition.operations.restore import restore
from competition.operations.retry import retry
from competition.operations.reveal import reveal
from competition.operations.show_result import show_results, with_results
from competition.operations.watch_queue import failures_of, queue_now
from competition.statuses import status_of
from competition.web.caching import unless_same
from competition.web.find import competition_of, frame
from competition.web.pace import QUEUE
from competition.web.private import page_and_form, private
from competition.web.submission import submission_of
from competition.web.watch import counts_of, duplicates_of, recounts_of, versions_of
from scoring import METRIC_VERSION

PAGE_ROWS = 25
TOO_LONG = format_lazy(_("A reason has at most {longest_reason} characters."), longest_reason=LONGEST_REASON)


def organized_competition(request: HttpRequest, slug: str) -> Competition:
    """The competition, if the person runs it; to others its organizers' pages don't exist."""
    competition = competition_of(slug, request.user)
    if not competition.is_organized_by(request.user):
        raise Http404
    return competition


@require_safe
@private
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What has to be looked after, on one page."""
    competition = organized_competition(request, slug)
    now = competition.now()
    handed_in = Submission.objects.filter(team__competition=competition)
    page = Paginator(with_results(handed_in).newest_first(), PAGE_ROWS).get_page(request.GET.get("page"))
    rows = list(page)
    context = {
        **frame(request, competition, "organize"),
        "queue": queue_now(competition),
        "pace": QUEUE,
        "counts": counts_of(competition),
        "failures": failures_of(competition),
        "duplicates": duplicates_of(competition),
        "recounts": recounts_of(competition),
        "versions": versions_of(competition),
        "metric_version": METRIC_VERSION,
        "phases": [(phase, phase.state(now)) for phase in Phase.every.filter(competition=competition)],
        "page": page,
        "rows": list(zip(rows, show_results(rows, to_organizer=True), strict=True)),
    }
    return render(request, "organize/overview.html", context)


@require_safe
@private
def queue_part(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The part of the overview that changes by itself."""
    queue = queue_now(organized_competition(request, slug))
    return unless_same(request, render_to_string("organize/figures.html", {"queue": queue}))


@page_and_form
@private
def disqualify_submission(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Asks for the public reason (GET), then takes the submission off the board (POST)."""
    submission = _organized(request, submission_id)
    reason = request.POST.get("reason", "").replace("\0", "")
    context = {**frame(request, submission.team.competition, "organize"), "submission": submission, "reason": reason}
    context["longest"] = LONGEST_REASON
    if request.method != "POST":
        return render(request, "organize/disqualify.html", context)
    if len(reason) > LONGEST_REASON:
        return render(request, "organize/disqualify.html", {**context, "fault": TOO_LONG}, status=400)
    try:
        disqualify(submission, organizer=request.user, reason=reason)
    except Refusal as refusal:
        context["fault"] = refusal.detail
        return render(request, "organize/disqualify.html", context, status=status_of(refusal))
    messages.success(request, _("Disqualified. It leaves the board with its next publication, in a second or two."))
    return redirect("submission", submission_id)


@page_and_form
@private
def restore_submission(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Asks for the reason (GET), then takes the disqualification back (POST)."""
    submission = _organized(request, submission_id)
    reason = request.POST.get("reason", "").replace("\0", "")[:LONGEST_REASON]
    context = {**frame(request, submission.team.competition, "organize"), "submission": submission, "reason": reason}
    context["longest"] = LONGEST_REASON
    if request.method != "POST":
        return render(request, "organize/restore.html", context)
    try:
        restore(submission, organizer=request.user, reason=reason)
    except Refusal as refusal:
        context["fault"] = refusal.detail
        return render(request, "organize/restore.html", context, status=status_of(refusal))
    messages.success(request, _("Restored. It is back on the board with its next publication, in a second or two."))
    return redirect("submission", submission_id)


@require_POST
@private
def retry_submission(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Has a failed submission tried again."""
    submission = _organized(request, submission_id)
    try:
        retry(submission, organizer=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("It is tried again within a second or two, with three attempts of its own."))
    return redirect("organize", submission.team.competition.slug)


@page_and_form
@private
def post_announcement(request: HttpRequest, slug: str) -> HttpResponse:
    """A form (GET), then the announcement is on the pages and on its way (POST)."""
    competition = organized_competition(request, slug)
    values = {name: request.POST.get(name, "") for name in ("title", "text")}
    context = {**frame(request, competition, "organize"), "values": values}
    context |= {"longest_title": LONGEST_TITLE, "longest_text": LONGEST_TEXT}
    if request.method != "POST":
        return render(request, "organize/announce.html", context)
    try:
        announce(competition, organizer=request.user, **values)
    except Refusal as refusal:
        context["fault"] = refusal.detail
        return render(request, "organize/announce.html", context, status=status_of(refusal))
    messages.success(request, _("Posted. Everybody who takes part gets it as a letter too."))
    return redirect("competition", slug)


def _organized(request: HttpRequest, submission_id: UUID) -> Submission:
    submission = submission_of(request, submission_id)
    if not submission.team.competition.is_organized_by(request.user):
        raise PermissionDenied(_("Only the competition's organizers can do this."))
    return submission


@require_safe
@private
def picks(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What stands for each team on the final board, and what it could have had."""
    competition = organized_competition(request, slug)
    phase = get_object_or_404(competition.phases, key=key)
    context = {**frame(request, competition, "organize"), "phase": phase, "choices": choices_of(phase)}
    return render(request, "organize/picks.html", context)


@page_and_form
@private
def publish_phase(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Says what will be shown (GET), then publishes the final board of a closed phase (POST)."""
    competition = organized_competition(request, slug)
    phase = get_object_or_404(competition.phases, key=key)
    context = {
        **frame(request, competition, "organize"),
        "phase": phase,
        "closed": phase.state(competition.now()) == "closed",
        "split": Split.objects.filter(competition=competition).exists(),
    }
    if request.method != "POST":
        return render(request, "organize/publish.html", context)
    try:
        reveal(phase, organizer=request.user)
    except Refusal as refusal:
        context["fault"] = refusal.detail
        return render(request, "organize/publish.html", context, status=status_of(refusal))
    messages.success(
        request, _("{phase} is published; its boards follow in a second or two.").format(phase=phase.title)
    )
    return redirect("organize", slug)
