"""Who takes part: for organizers alone, since it has addresses; and what they decide about entries and limits."""

from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competition.api.answers import answers, own_file
from competition.api.find import organized_competition
from competition.api.parsing import said
from competition.api.scopes import OrganizersView
from competition.errors import Invalid
from competition.models import Competition, Entrant
from competition.operations.audit import write_down
from competition.operations.decide_entry import decide_entry
from competition.operations.participants import acceptances_of, participants_of, rules_acceptances_of
from competition.operations.reason import LONGEST_REASON
from competition.operations.write_csv import csv_lines

ACCEPTANCE_COLUMNS = ("username", "email", "team", "version", "terms_sha256", "accepted_at", "document", "rules_sha256")


class ParticipantOut(serializers.Serializer[Any]):
    """A person in a team. `entry` is empty where nobody had to approve it."""

    username = serializers.CharField(source="user.username")
    email = serializers.CharField(source="user.email")
    team = serializers.CharField(source="team.name")
    joined_at = serializers.DateTimeField()
    accepted_version = serializers.CharField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    entry = serializers.CharField()
    submissions = serializers.IntegerField()


class DecisionIn(serializers.Serializer[Any]):
    """Whether a person may take part; a refusal needs a reason, which the person is told."""

    username = serializers.CharField(max_length=150)
    approve = serializers.BooleanField()
    reason = serializers.CharField(max_length=LONGEST_REASON, required=False, allow_blank=True, default="")


class DecisionOut(serializers.Serializer[Any]):
    """What stands now."""

    username = serializers.CharField(source="user.username")
    state = serializers.CharField()
    reason = serializers.CharField()
    decided_at = serializers.DateTimeField()


class Participants(OrganizersView):
    """The people in teams."""

    @extend_schema(responses=answers(ParticipantOut(many=True), 401, 403, 404), operation_id="participants")
    def get(self, request: Request, slug: str) -> Response:
        """With addresses, accepted terms, and how much each has handed in."""
        competition = organized_competition(request, slug)
        return Response(ParticipantOut(participants_of(competition), many=True).data)


class Decision(OrganizersView):
    """Approving entries."""

    @extend_schema(
        request=DecisionIn,
        responses=answers(DecisionOut, 400, 401, 403, 404, 413, 415),
        operation_id="decide_entry",
    )
    def post(self, request: Request, slug: str) -> Response:
        """Approve an entry, or refuse it with a reason; it can be decided anew."""
        competition = organized_competition(request, slug)
        words = said(DecisionIn, request)
        name = words["username"]
        entrant = Entrant.objects.filter(competition=competition, user__username=name).first()
        if entrant is None:
            raise Invalid("unknown_entrant", "Nobody of this name has asked to enter.", field="username")
        approve, reason = words["approve"], words["reason"]
        return Response(DecisionOut(decide_entry(entrant, organizer=request.user, approve=approve, reason=reason)).data)


class Acceptances(OrganizersView):
    """Who accepted the terms and the rules."""

    @extend_schema(responses=answers({(200, "text/csv"): OpenApiTypes.STR}, 401, 403, 404), operation_id="acceptances")
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """Person, version and time as CSV; `document` is `terms` or `rules`. That it was fetched is written down."""
        competition = organized_competition(request, slug)
        write_down(competition, request.user, "export_acceptances", competition.slug)
        rows, headers = _acceptances(competition), own_file(f"{competition.slug}-terms.csv")
        return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=headers)


def _acceptances(competition: Competition) -> Iterator[bytes]:
    yield csv_lines([ACCEPTANCE_COLUMNS])
    for one in acceptances_of(competition).iterator(chunk_size=500):
        facts = (one.user.username, one.user.email, one.team or "", one.version, one.terms.sha256)
        yield csv_lines([[*facts, one.accepted_at.isoformat(), "terms", ""]])
    for one in rules_acceptances_of(competition).iterator(chunk_size=500):
        facts = (one.user.username, one.user.email, one.team or "", one.version, "")
        yield csv_lines([[*facts, one.accepted_at.isoformat(), "rules", one.rules.sha256]])
