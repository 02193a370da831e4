"""The organizers' pages of a phase: extending it, and opening a draft when its checklist is passed."""

from datetime import UTC

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from competition.errors import Refusal
from competition.lifecycle import RESULTS_FOLLOWS
from competition.models import LaunchCheck, Phase
from competition.operations.declared import undeclared
from competition.operations.extend import extend
from competition.operations.open_phase import checklist, open_phase, request_launch_check
from competition.operations.reason import LONGEST_REASON
from competition.operations.settle import open_appeals, settle
from competition.statuses import status_of
from competition.web.find import frame
from competition.web.later import LaterForm, time_field
from competition.web.organize import organized_competition
from competition.web.private import page_and_form, private

CHECKS = {
    "dates": _("The phase closes in the future"),
    "terms": _("There are terms to accept"),
    "made_files": _("Files made from the labels were scored by a worker"),
    "sample": _("The sample file is valid"),
    "perfect": _("A perfect file scores 1"),
    "empty": _("A file without any box scores 0, one with the same probability everywhere 0.5"),
    "random": _("Random files score about chance"),
    "positives": _("Every label that counts has at least 10 positive images on each part"),
}


class ExtensionForm(LaterForm):
    """When the phase closes, in UTC, and why later than was said."""

    field_order = ("closes_at", "reason")

    closes_at = time_field(_("Closes (UTC)"))


def _phase_of(request: HttpRequest, slug: str, key: str) -> Phase:
    return get_object_or_404(Phase.every, competition=organized_competition(request, slug), key=key)


@page_and_form
@private
def extend_phase(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Asks for the new time and the reason (GET), then moves the close (POST)."""
    phase = _phase_of(request, slug, key)
    form = ExtensionForm(request.POST or None, initial={"closes_at": phase.closes_at.astimezone(UTC)})
    context = {**frame(request, phase.competition, "organize"), "phase": phase, "form": form}
    if request.method != "POST":
        return render(request, "organize/extend.html", context)
    if not form.is_valid():
        return render(request, "organize/extend.html", context, status=400)
    try:
        extend(phase, organizer=request.user, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, refusal.detail)
        return render(request, "organize/extend.html", context, status=status_of(refusal))
    messages.success(
        request, _("{phase} is extended; everybody sees the new time and the reason.").format(phase=phase.title)
    )
    return redirect("organize", slug)


@page_and_form
@private
def open_draft(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Shows the checklist (GET); has it checked, or opens the phase (POST)."""
    phase = _phase_of(request, slug, key)
    try:
        if request.method == "POST" and request.POST.get("act") == "check":
            request_launch_check(phase.competition, organizer=request.user)
            messages.success(request, _("A worker is checking. Load this page again in a few seconds."))
            return redirect("open-phase", slug, key)
        if request.method == "POST":
            open_phase(phase, organizer=request.user)
            messages.success(
                request, _("{phase} is open to its participants and follows its dates.").format(phase=phase.title)
            )
            return redirect("organize", slug)
    except Refusal as refusal:
        return _checklist(request, phase, refusal.detail, status_of(refusal))
    return _checklist(request, phase)


@page_and_form
@private
def settle_results(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What published results are and may become (GET); takes the step, or opens the appeals (POST)."""
    phase = _phase_of(request, slug, key)
    try:
        if request.method == "POST" and "days" in request.POST:
            open_appeals(phase, organizer=request.user, days=_number(request.POST["days"]))
            messages.success(request, _("Everybody sees until when teams may object."))
            return redirect("results", slug, key)
        if request.method == "POST":
            reason = request.POST.get("reason", "").replace("\0", "")[:LONGEST_REASON]
            phase = settle(
                phase,
                organizer=request.user,
                results=request.POST.get("results", ""),
                reason=reason,
                leave_undeclared="leave_undeclared" in request.POST,
            )
            messages.success(
                request, _("The results of {phase} are {results}.").format(phase=phase.title, results=phase.results)
            )
            return redirect("results", slug, key)
    except Refusal as refusal:
        return _results(request, phase, refusal.detail, status_of(refusal))
    return _results(request, phase)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _results(request: HttpRequest, phase: Phase, fault: str = "", status: int = 200) -> HttpResponse:
    context = {
        **frame(request, phase.competition, "organize"),
        "phase": phase,
        "next": sorted(RESULTS_FOLLOWS[phase.results]),
        "longest": LONGEST_REASON,
        "undeclared": undeclared(phase),
        "fault": fault,
    }
    return render(request, "organize/results.html", context, status=status)


def _checklist(request: HttpRequest, phase: Phase, fault: str = "", status: int = 200) -> HttpResponse:
    lines = checklist(phase)
    context = {
        **frame(request, phase.competition, "organize"),
        "phase": phase,
        "lines": [(line, CHECKS[line.check]) for line in lines],
        "check": LaunchCheck.objects.latest_of(phase.competition),
        "ready": all(line.passed for line in lines if line.blocks),
        "fault": fault,
    }
    return render(request, "organize/open.html", context, status=status)
