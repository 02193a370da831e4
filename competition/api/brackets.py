"""Brackets: what a team claims and declines, and what organizers decide and write down about it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from competition.api.answers import answers
from competition.api.bracket_forms import ClaimDecisionIn, ClaimIn, ClaimOut, DeclineIn, TeamBracketOut
from competition.api.find import competition_of, organized_competition, team_named
from competition.api.parsing import said
from competition.api.scopes import MayRead, OrganizersView, ParticipantsView
from competition.errors import Invalid, NotFound
from competition.models import Bracket, Claim, Competition, Decline, Membership, Team
from competition.operations.claim import claim, decide_claim
from competition.operations.decline import decline, take_back_decline
from competition.operations.leave import own_membership


def _bracket_of(competition: Competition, key: str) -> Bracket:
    bracket = competition.brackets.select_related("phase", "track", "competition").filter(key=key).first()
    if bracket is None:
        raise NotFound("not_found", "This competition has no such bracket.")
    return bracket


def _seen_by(team: Team, bracket: Bracket) -> dict[str, Any]:
    return {
        **{name: getattr(bracket, name) for name in ("key", "title", "phase", "track", "eligibility", "prizes")},
        "claim": Claim.objects.filter(team=team, bracket=bracket).select_related("team", "bracket").first(),
        "declined": Decline.objects.filter(team=team, bracket=bracket, withdrawn_at=None).exists(),
    }


class TeamBrackets(APIView):
    """The brackets as the caller's team sees them."""

    permission_classes = (IsAuthenticated, MayRead)

    @extend_schema(responses=answers(TeamBracketOut(many=True), 401, 403, 404), operation_id="team_brackets")
    def get(self, request: Request, slug: str) -> Response:
        """In the order in which they are awarded, with the team's claims and what it declines."""
        competition = competition_of(slug, request.user)
        team = own_membership(request.user, competition).team
        brackets = competition.brackets.select_related("phase", "track")
        return Response(TeamBracketOut([_seen_by(team, bracket) for bracket in brackets], many=True).data)


class OwnClaim(ParticipantsView):
    """Claiming eligibility."""

    @extend_schema(
        request=ClaimIn,
        responses=answers({201: ClaimOut}, 400, 401, 403, 404, 409, 413, 415),
        operation_id="claim_bracket",
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """With what it rests on; it waits for the organizers."""
        member, bracket = _own(request, slug, key)
        words = said(ClaimIn, request)
        made = claim(bracket, team=member.team, user=request.user, **words)
        return Response(ClaimOut(made).data, status=201)


class DeclinePrize(ParticipantsView):
    """Not wanting a prize."""

    @extend_schema(request=None, responses=answers(TeamBracketOut, 401, 403, 404), operation_id="decline_award")
    def post(self, request: Request, slug: str, key: str) -> Response:
        """The team is passed over in this bracket and the next one moves up; the board stays as it is."""
        member, bracket = _own(request, slug, key)
        decline(bracket, team=member.team, by=request.user)
        return Response(TeamBracketOut(_seen_by(member.team, bracket)).data)


class AcceptPrize(ParticipantsView):
    """Taking that back."""

    @extend_schema(request=None, responses=answers(TeamBracketOut, 401, 403, 404, 409), operation_id="accept_award")
    def post(self, request: Request, slug: str, key: str) -> Response:
        """The team can win here again; awards that are announced change with the next version only."""
        member, bracket = _own(request, slug, key)
        take_back_decline(bracket, team=member.team, by=request.user)
        return Response(TeamBracketOut(_seen_by(member.team, bracket)).data)


class Claims(OrganizersView):
    """The claims of all teams."""

    @extend_schema(responses=answers(ClaimOut(many=True), 401, 403, 404), operation_id="claims")
    def get(self, request: Request, slug: str) -> Response:
        """Oldest first, with what was decided."""
        competition = organized_competition(request, slug)
        claims = Claim.objects.filter(bracket__competition=competition, team__merged_into=None)
        return Response(ClaimOut(claims.select_related("team", "bracket"), many=True).data)


class ClaimDecision(OrganizersView):
    """Deciding a claim."""

    @extend_schema(
        request=ClaimDecisionIn,
        responses=answers(ClaimOut, 400, 401, 403, 404, 413, 415),
        operation_id="decide_claim",
    )
    def post(self, request: Request, slug: str) -> Response:
        """Confirm it, or refuse it with a reason; it can be decided anew."""
        competition = organized_competition(request, slug)
        given = said(ClaimDecisionIn, request)
        claims = Claim.objects.filter(bracket__competition=competition).select_related("team", "bracket__competition")
        made = claims.filter(team__name=given["team"], bracket__key=given["bracket"]).first()
        if made is None:
            raise Invalid("unknown_claim", "No team of this name has claimed this bracket.", field="team")
        made = decide_claim(made, organizer=request.user, confirm=given["confirm"], reason=given["reason"])
        return Response(ClaimOut(made).data)


class Declines(OrganizersView):
    """What teams have told about prizes."""

    @extend_schema(
        request=DeclineIn,
        responses=answers(TeamBracketOut, 400, 401, 403, 404, 409, 413, 415),
        operation_id="record_decline",
    )
    def post(self, request: Request, slug: str) -> Response:
        """Write down that a team declines in a bracket, or no longer does, and how it has said so."""
        competition = organized_competition(request, slug)
        given = said(DeclineIn, request)
        team = team_named(competition, given["team"])
        bracket = _bracket_of(competition, given["bracket"])
        act = decline if given["declined"] else take_back_decline
        act(bracket, team=team, by=request.user, reason=given["reason"])
        return Response(TeamBracketOut(_seen_by(team, bracket)).data)


def _own(request: Request, slug: str, key: str) -> tuple[Membership, Bracket]:
    """The caller's membership and the bracket."""
    competition = competition_of(slug, request.user)
    return own_membership(request.user, competition), _bracket_of(competition, key)
