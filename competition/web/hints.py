"""The organizers' list of what was noticed about submissions, and laying one thing of it aside."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from competition.errors import Refusal
from competition.models import Competition, Hint
from competition.operations.dismiss_hint import dismiss_hint
from competition.operations.reason import LONGEST_REASON
from competition.statuses import status_of
from competition.web.find import frame
from competition.web.organize import organized_competition
from competition.web.private import private

MOST = 200


@require_safe
@private
def hints(request: HttpRequest, slug: str) -> HttpResponse:
    """Those that wait, and those that were laid aside."""
    return _page(request, organized_competition(request, slug))


@require_POST
@private
def dismiss(request: HttpRequest, slug: str, hint_id: int) -> HttpResponse:
    """Lays one aside, with the reason."""
    competition = organized_competition(request, slug)
    hint = get_object_or_404(competition.hints, pk=hint_id)
    try:
        dismiss_hint(hint, organizer=request.user, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        return _page(request, competition, hint, refusal)
    messages.success(request, _("Laid aside, and written down with the reason."))
    return redirect("hints", slug)


def _page(
    request: HttpRequest, competition: Competition, faulty: Hint | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    every = competition.hints.with_names()
    context = {
        **frame(request, competition, "organize"),
        "waiting": every.waiting()[:MOST],
        "dismissed": every.exclude(dismissed_at=None)[:MOST],
        "faulty": faulty,
        "fault": refusal.detail if refusal else "",
        "longest": LONGEST_REASON,
    }
    return render(request, "organize/hints.html", context, status=status_of(refusal) if refusal else 200)
