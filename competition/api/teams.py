"""The caller's team: who is in it, leaving it, its invitation, and merging with another."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from competition.api.answers import answers
from competition.api.find import competition_of
from competition.api.parsing import said
from competition.api.scopes import MayRead, ParticipantsView
from competition.api.team_forms import LeftOut, MergerIn, MergerOut, TeamOut
from competition.errors import NotFound
from competition.models import Membership, Merger
from competition.operations.leave import leave, own_membership
from competition.operations.merge import accept_merger, decline_merger, propose_merger, withdraw_merger
from competition.operations.renew_invitation import renew_invitation


def _team(membership: Membership) -> dict[str, Any]:
    team = membership.team
    return {
        "team": team.name,
        "members": [
            {"username": member.user.username, "joined_at": member.joined_at}
            for member in team.memberships.select_related("user").order_by("joined_at", "pk")
        ],
        "invitation": team.invitation,
        "team_size": membership.competition.team_size,
        "merge_until": membership.competition.merge_until,
        "mergers": Merger.objects.open_for(team),
    }


class OwnTeam(APIView):
    """The caller's team in a competition."""

    permission_classes = (IsAuthenticated, MayRead)

    @extend_schema(responses=answers(TeamOut, 401, 403, 404), operation_id="team")
    def get(self, request: Request, slug: str) -> Response:
        """Members, the invitation, and the proposals to merge that wait for an answer."""
        return Response(TeamOut(_team(own_membership(request.user, competition_of(slug, request.user)))).data)


class Leave(ParticipantsView):
    """Leaving the team."""

    @extend_schema(request=None, responses=answers(LeftOut, 401, 403, 404, 409), operation_id="leave")
    def post(self, request: Request, slug: str) -> Response:
        """All that is the team's is out of reach at once. The last member of a team that has handed in stays."""
        return Response(
            LeftOut({"left": leave(user=request.user, competition=competition_of(slug, request.user)).name}).data
        )


class Invitation(ParticipantsView):
    """The word that lets others join."""

    @extend_schema(request=None, responses=answers(TeamOut, 401, 403, 404), operation_id="new_invitation")
    def post(self, request: Request, slug: str) -> Response:
        """A new word; the old one opens nothing any more."""
        competition = competition_of(slug, request.user)
        renew_invitation(user=request.user, competition=competition)
        return Response(TeamOut(_team(own_membership(request.user, competition))).data)


class Mergers(ParticipantsView):
    """Proposing that another team joins the caller's."""

    @extend_schema(
        request=MergerIn,
        responses=answers({201: MergerOut}, 400, 401, 403, 404, 409, 413, 415),
        operation_id="propose_merger",
    )
    def post(self, request: Request, slug: str) -> Response:
        """By the other team's name, as it stands on the board; the merged team keeps the name of the caller's."""
        competition = competition_of(slug, request.user)
        words = said(MergerIn, request)
        merger = propose_merger(user=request.user, competition=competition, team=words["team"])
        return Response(MergerOut(merger).data, status=201)


class AcceptMerger(ParticipantsView):
    """Saying yes."""

    @extend_schema(request=None, responses=answers(MergerOut, 401, 403, 404, 409), operation_id="accept_merger")
    def post(self, request: Request, slug: str, merger_id: UUID) -> Response:
        """For the team that is asked: it joins the other with its members and all that it has handed in."""
        merger = _merger(request, slug, merger_id)
        accept_merger(merger, user=request.user)
        return Response(MergerOut(merger).data)


class DeclineMerger(ParticipantsView):
    """Saying no."""

    @extend_schema(request=None, responses=answers(MergerOut, 401, 403, 404, 409), operation_id="decline_merger")
    def post(self, request: Request, slug: str, merger_id: UUID) -> Response:
        """For the team that is asked."""
        merger = _merger(request, slug, merger_id)
        decline_merger(merger, user=request.user)
        return Response(MergerOut(merger).data)


class WithdrawMerger(ParticipantsView):
    """Taking a proposal back."""

    @extend_schema(request=None, responses=answers(MergerOut, 401, 403, 404, 409), operation_id="withdraw_merger")
    def post(self, request: Request, slug: str, merger_id: UUID) -> Response:
        """For the team that proposed."""
        merger = _merger(request, slug, merger_id)
        withdraw_merger(merger, user=request.user)
        return Response(MergerOut(merger).data)


def _merger(request: Request, slug: str, merger_id: UUID) -> Merger:
    """The proposal, if it is of or to a team of the caller's."""
    competition = competition_of(slug, request.user)
    merger = Merger.objects.concerning(request.user, competition).filter(pk=merger_id).first()
    if merger is None:
        raise NotFound("not_found", "There is no such proposal, or none that you may see.")
    return merger
