"""A team's own page: its members, its invitation, leaving it, and merging with another."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from competition.errors import Refusal
from competition.models import Competition, Membership, Merger
from competition.operations.ask_to_enter import state_of_entry
from competition.operations.leave import leave
from competition.operations.merge import accept_merger, decline_merger, propose_merger, withdraw_merger
from competition.operations.name_team import LONGEST_NAME
from competition.operations.renew_invitation import renew_invitation
from competition.statuses import status_of
from competition.web.find import competition_of, frame
from competition.web.private import page_and_form, private


@require_safe
@private
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is in the team, and what it can do; who is in none goes on to enter."""
    competition = competition_of(slug, request.user)
    if Membership.objects.of(request.user, competition) is None:
        return redirect("enter", slug)
    return _page(request, competition)


@page_and_form
@private
def leave_team(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks first (GET), then leaves (POST)."""
    competition = competition_of(slug, request.user)
    membership = Membership.objects.of(request.user, competition)
    if membership is None:
        return redirect("enter", slug)
    if request.method != "POST":
        context = {**frame(request, competition, "team"), "membership": membership}
        return render(request, "team/leave.html", context)
    try:
        left = leave(user=request.user, competition=competition)
    except Refusal as refusal:
        return _page(request, competition, refusal)
    messages.success(
        request, _("You have left {left}. What is the team's is out of your reach now.").format(left=left.name)
    )
    return redirect("competition", slug)


@require_POST
@private
def new_invitation(request: HttpRequest, slug: str) -> HttpResponse:
    """A new word; the old one is void."""
    competition = competition_of(slug, request.user)
    try:
        renew_invitation(user=request.user, competition=competition)
    except Refusal:
        return redirect("enter", slug)
    messages.success(request, _("This is the new invitation; the old one opens nothing any more."))
    return redirect("team", slug)


@require_POST
@private
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Offer another team to join this one."""
    competition = competition_of(slug, request.user)
    if Membership.objects.of(request.user, competition) is None:
        return redirect("enter", slug)
    name = request.POST.get("team", "")
    try:
        propose_merger(user=request.user, competition=competition, team=name)
    except Refusal as refusal:
        return _page(request, competition, refusal, name=name)
    messages.success(
        request, _("Proposed to {name}; its members accept or decline on their team's page.").format(name=name)
    )
    return redirect("team", slug)


@page_and_form
@private
def accept(request: HttpRequest, slug: str, merger_id: UUID) -> HttpResponse:
    """Says what becomes of the two teams (GET), then merges them (POST)."""
    competition, merger = _merger(request, slug, merger_id)
    if request.method != "POST":
        return render(request, "team/accept.html", {**frame(request, competition, "team"), "merger": merger})
    try:
        merged = accept_merger(merger, user=request.user)
    except Refusal as refusal:
        return _page(request, competition, refusal)
    messages.success(
        request, _("You are in {merged} now, with all that both teams have handed in.").format(merged=merged.name)
    )
    return redirect("team", slug)


@require_POST
@private
def decline(request: HttpRequest, slug: str, merger_id: UUID) -> HttpResponse:
    """Say no to a proposal, or take the own one back."""
    competition, merger = _merger(request, slug, merger_id)
    own = merger.proposer.memberships.filter(user=request.user).exists()
    try:
        (withdraw_merger if own else decline_merger)(merger, user=request.user)
    except Refusal as refusal:
        return _page(request, competition, refusal)
    messages.success(request, _("Taken back.") if own else _("Declined."))
    return redirect("team", slug)


def _merger(request: HttpRequest, slug: str, merger_id: UUID) -> tuple[Competition, Merger]:
    """The proposal, if it is of or to the person's team, or 404."""
    competition = competition_of(slug, request.user)
    return competition, get_object_or_404(Merger.objects.concerning(request.user, competition), pk=merger_id)


def _page(
    request: HttpRequest, competition: Competition, refusal: Refusal | None = None, **values: Any
) -> HttpResponse:
    membership = Membership.objects.of(request.user, competition)
    own = membership.team
    beside_field = refusal is not None and "name" in values
    context = {
        **frame(request, competition, "team"),
        "membership": membership,
        "members": own.memberships.select_related("user").order_by("joined_at", "pk"),
        "mergers": Merger.objects.open_for(own),
        "entry": state_of_entry(request.user, competition),
        "absorbed": own.absorbed.all(),
        "longest_name": LONGEST_NAME,
        "refusal": "" if refusal is None or beside_field else refusal.detail,
        "fault": refusal.detail if beside_field else "",
        **values,
    }
    return render(request, "team/team.html", context, status=status_of(refusal) if refusal else 200)
