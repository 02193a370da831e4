"""The organizers' page of people and teams, and of the entries that wait for them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from competition.errors import Refusal
from competition.models import Competition, Entrant, EntrantState
from competition.operations.decide_entry import decide_entry
from competition.operations.participants import participants_of
from competition.operations.reason import LONGEST_REASON
from competition.statuses import status_of
from competition.web.find import frame
from competition.web.organize import organized_competition
from competition.web.private import private

PAGE_ROWS = 50


@require_safe
@private
def participants(request: HttpRequest, slug: str) -> HttpResponse:
    """Who waits for approval, and everybody in a team with what is known of them."""
    return _page(request, organized_competition(request, slug))


@require_POST
@private
def decide(request: HttpRequest, slug: str, entrant_id: int) -> HttpResponse:
    """Approve an entry, or refuse it with the reason."""
    competition = organized_competition(request, slug)
    entrant = get_object_or_404(Entrant, pk=entrant_id, competition=competition)
    approve, reason = request.POST.get("decision") == "approve", request.POST.get("reason", "")
    try:
        decide_entry(entrant, organizer=request.user, approve=approve, reason=reason)
    except Refusal as refusal:
        return _page(request, competition, entrant, refusal)
    sentence = _("{name} is approved.") if approve else _("{name} is refused, and told why.")
    messages.success(request, sentence.format(name=entrant.user.username))
    return redirect("participants", slug)


def _page(
    request: HttpRequest, competition: Competition, faulty: Entrant | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    entrants = Entrant.objects.filter(competition=competition).select_related("user", "decided_by")
    context = {
        **frame(request, competition, "organize"),
        "page": Paginator(participants_of(competition), PAGE_ROWS).get_page(request.GET.get("page")),
        "waiting": entrants.filter(state=EntrantState.WAITING).order_by("asked_at"),
        "decided": entrants.exclude(state=EntrantState.WAITING).order_by("-decided_at")[:PAGE_ROWS],
        "faulty": faulty,
        "fault": refusal.detail if refusal else "",
        "reason": request.POST.get("reason", ""),
        "longest": LONGEST_REASON,
    }
    return render(request, "organize/participants.html", context, status=status_of(refusal) if refusal else 200)
