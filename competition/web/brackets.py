"""Brackets on a team's own page: what it claims and declines; and what organizers decide about it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from competition.errors import Refusal
from competition.models import Bracket, Claim, Competition, Decline, Membership, Team
from competition.operations.claim import LONGEST_STATEMENT, claim, decide_claim
from competition.operations.decline import decline, take_back_decline
from competition.operations.reason import LONGEST_REASON
from competition.statuses import status_of
from competition.web.find import competition_of, frame
from competition.web.organize import organized_competition
from competition.web.private import page_and_form, private


@page_and_form
@private
def team_brackets(request: HttpRequest, slug: str) -> HttpResponse:
    """The prizes, and what the team says about them (GET); claims, declines or takes that back (POST)."""
    competition = competition_of(slug, request.user)
    membership = Membership.objects.of(request.user, competition)
    if membership is None:
        return redirect("enter", slug)
    if request.method != "POST":
        return _page(request, competition, membership)
    bracket = _bracket_of(request, competition)
    try:
        messages.success(request, _act(request, bracket, membership))
    except Refusal as refusal:
        return _page(request, competition, membership, refusal)
    return redirect("team-brackets", slug)


def _bracket_of(request: HttpRequest, competition: Competition) -> Bracket:
    """The bracket that the form names, whatever is sent for one."""
    key = request.POST.get("bracket")
    for bracket in competition.brackets.all():
        if bracket.key == key:
            return bracket
    raise Http404


def _act(request: HttpRequest, bracket: Bracket, membership: Membership) -> str:
    act = request.POST.get("act")
    if act == "claim":
        claim(bracket, team=membership.team, user=request.user, statement=request.POST.get("statement", ""))
        return _("Claimed; it waits for the organizers.")
    if act == "decline":
        decline(bracket, team=membership.team, by=request.user)
        return _("Your team is passed over in “{bracket}”. You can take that back.").format(bracket=bracket.title)
    take_back_decline(bracket, team=membership.team, by=request.user)
    return _("Your team can win in “{bracket}” again.").format(bracket=bracket.title)


def _page(
    request: HttpRequest, competition: Competition, membership: Membership, refusal: Refusal | None = None
) -> HttpResponse:
    team = membership.team
    claims = {made.bracket_id: made for made in Claim.objects.filter(team=team)}
    declined = set(Decline.objects.filter(team=team, withdrawn_at=None).values_list("bracket", flat=True))
    brackets = competition.brackets.all()
    context = {
        **frame(request, competition, "team"),
        "membership": membership,
        "rows": [(bracket, claims.get(bracket.pk), bracket.pk in declined) for bracket in brackets],
        "longest": LONGEST_STATEMENT,
        "fault": refusal.detail if refusal else "",
    }
    return render(request, "team/brackets.html", context, status=status_of(refusal) if refusal else 200)


@require_POST
@private
def decide(request: HttpRequest, slug: str, claim_id: int) -> HttpResponse:
    """Confirm a claim, or refuse it with the reason."""
    competition = organized_competition(request, slug)
    made = get_object_or_404(Claim, pk=claim_id, bracket__competition=competition)
    confirm, reason = request.POST.get("decision") == "confirm", request.POST.get("reason", "")[:LONGEST_REASON]
    try:
        decide_claim(made, organizer=request.user, confirm=confirm, reason=reason)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        sentence = _("{team}: confirmed.") if confirm else _("{team}: refused, and told why.")
        messages.success(request, sentence.format(team=made.team.name))
    return redirect("organize-awards", slug)


@require_POST
@private
def write_down_decline(request: HttpRequest, slug: str) -> HttpResponse:
    """What a team has told the organizers: that it declines in a bracket, or no longer does."""
    competition = organized_competition(request, slug)
    bracket, name = _bracket_of(request, competition), " ".join(request.POST.get("team", "").replace("\0", "").split())
    team = Team.objects.living().filter(competition=competition, name=name).first()
    if team is None:
        messages.error(request, _("No team of this competition has this name."))
        return redirect("organize-awards", slug)
    act = take_back_decline if request.POST.get("act") == "take back" else decline
    try:
        act(bracket, team=team, by=request.user, reason=request.POST.get("reason", "")[:LONGEST_REASON])
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("Written down. Look at what the awards would be now."))
    return redirect("organize-awards", slug)
