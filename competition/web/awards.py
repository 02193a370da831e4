"""Awards as everybody reads them, and the organizers' page on which they are proposed and announced."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from competition.errors import Refusal
from competition.models import Awards, Bracket, Claim, Competition, Decline, Phase, Track
from competition.operations.announce_awards import announce_awards
from competition.operations.propose_awards import Proposal, propose_awards
from competition.operations.reason import LONGEST_REASON
from competition.statuses import status_of
from competition.web.find import competition_of, frame
from competition.web.organize import organized_competition
from competition.web.private import page_and_form, private


@dataclass(frozen=True)
class Desk:
    """The awards of a phase and track as an organizer sees them; `obstacle` says why there is nothing to propose."""

    phase: Phase
    track: Track
    latest: Awards | None
    proposal: Proposal | None
    obstacle: str

    @property
    def as_announced(self) -> bool:
        """Whether nothing has changed since the newest version."""
        return self.proposal is not None and self.proposal.is_as_announced(self.latest)


@require_safe
def awards(request: HttpRequest, slug: str) -> HttpResponse:
    """The prizes, the order in which brackets are awarded, who has won, and every earlier version."""
    competition = competition_of(slug, request.user)
    versions = Awards.objects.filter(phase__competition=competition).select_related("phase", "track", "board")
    announced: dict[tuple[int, int], list[Awards]] = {}
    for version in versions.defer("board__entries").prefetch_related("rows"):
        announced.setdefault((version.phase_id, version.track_id), []).append(version)
    context = {
        **frame(request, competition, "awards"),
        "brackets": competition.brackets.all(),
        "announced": [(newest, before) for newest, *before in announced.values()],
    }
    return render(request, "competition/awards.html", context)


@page_and_form
@private
def organize_awards(request: HttpRequest, slug: str) -> HttpResponse:
    """Claims, declines and what the awards would be now (GET); announces those of a phase and track (POST)."""
    competition = organized_competition(request, slug)
    if request.method != "POST":
        return _page(request, competition)
    phase = competition.phase_of(request.POST.get("phase", ""))
    track = competition.track_of(request.POST.get("track", ""))
    if phase is None or track is None:
        raise Http404
    try:
        announced = announce_awards(
            phase, track, organizer=request.user, reason=request.POST.get("reason", "")[:LONGEST_REASON]
        )
    except Refusal as refusal:
        return _page(request, competition, refusal)
    messages.success(
        request,
        _("Announced as version {version}; everybody who takes part gets a letter.").format(version=announced.version),
    )
    return redirect("awards", slug)


def _page(request: HttpRequest, competition: Competition, refusal: Refusal | None = None) -> HttpResponse:
    brackets = list(competition.brackets.all())
    claims = Claim.objects.filter(bracket__competition=competition, team__merged_into=None)
    declines = Decline.objects.filter(bracket__competition=competition, withdrawn_at=None)
    context = {
        **frame(request, competition, "organize"),
        "brackets": brackets,
        "desks": _desks(brackets),
        "claims": claims.select_related("team", "bracket", "decided_by"),
        "declines": declines.select_related("team", "bracket"),
        "longest": LONGEST_REASON,
        "fault": refusal.detail if refusal else "",
    }
    return render(request, "organize/awards.html", context, status=status_of(refusal) if refusal else 200)


def _desks(brackets: list[Bracket]) -> list[Desk]:
    of = {(bracket.phase_id, bracket.track_id): (bracket.phase, bracket.track) for bracket in brackets}
    return [_desk(phase, track) for phase, track in of.values()]


def _desk(phase: Phase, track: Track) -> Desk:
    latest = Awards.objects.latest_of(phase, track)
    try:
        return Desk(phase, track, latest, propose_awards(phase, track), "")
    except Refusal as refusal:
        return Desk(phase, track, latest, None, refusal.detail)
