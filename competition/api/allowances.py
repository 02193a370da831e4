"""Uploads beyond the limits, in the organizers' hands."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competition.api.answers import OWN, answers
from competition.api.find import organized_competition, phase_of, team_named, track_of
from competition.api.organize_forms import ReasonIn
from competition.api.parsing import said
from competition.api.scopes import OrganizersView
from competition.errors import NotFound
from competition.models import Allowance
from competition.operations.allow import LONGEST_REASON, allow, allowances_of, take_back

LARGEST_ID = 2**63


class AllowanceIn(serializers.Serializer[Any]):
    """Uploads beyond the limits for one team, on one UTC day (left out: today)."""

    team = serializers.CharField(max_length=200)
    phase = serializers.CharField(max_length=40)
    track = serializers.CharField(max_length=40)
    extra = serializers.IntegerField()
    reason = serializers.CharField(max_length=LONGEST_REASON)
    day = serializers.DateField(required=False, allow_null=True, default=None)


class AllowanceOut(serializers.Serializer[Any]):
    """What was granted, and whether it still counts."""

    id = serializers.IntegerField()
    team = serializers.CharField(source="team.name")
    phase = serializers.CharField(source="phase.key")
    track = serializers.CharField(source="track.kind")
    extra = serializers.IntegerField()
    day = serializers.DateField()
    reason = serializers.CharField()
    granted_at = serializers.DateTimeField()
    taken_back_at = serializers.SerializerMethodField()
    taken_back_because = serializers.SerializerMethodField()

    def get_taken_back_at(self, allowance: Allowance) -> datetime | None:
        """Null where it counts."""
        revocation = getattr(allowance, "revocation", None)
        return revocation and revocation.made_at

    def get_taken_back_because(self, allowance: Allowance) -> str | None:
        """The reason."""
        revocation = getattr(allowance, "revocation", None)
        return revocation and revocation.reason


class Allowances(OrganizersView):
    """Uploads beyond the limits."""

    @extend_schema(responses=answers(AllowanceOut(many=True), 401, 403, 404), operation_id="allowances")
    def get(self, request: Request, slug: str) -> Response:
        """All that were ever given, the newest first, with those that were taken back."""
        given = allowances_of(organized_competition(request, slug))
        return Response(AllowanceOut(given, many=True).data, headers=OWN)

    @extend_schema(
        request=AllowanceIn,
        responses=answers({201: AllowanceOut}, 400, 401, 403, 404, 413, 415),
        operation_id="allow",
    )
    def post(self, request: Request, slug: str) -> Response:
        """Grant a team some, with the reason."""
        competition = organized_competition(request, slug)
        given = said(AllowanceIn, request)
        allowance = allow(
            team=team_named(competition, given["team"]),
            phase=phase_of(competition, given["phase"]),
            track=track_of(competition, given["track"]),
            extra=given["extra"],
            reason=given["reason"],
            day=given["day"],
            organizer=request.user,
        )
        return Response(AllowanceOut(allowance).data, status=201)


class TakeBack(OrganizersView):
    """What was granted in error."""

    @extend_schema(
        request=ReasonIn,
        responses=answers(AllowanceOut, 400, 401, 403, 404, 409, 413, 415),
        operation_id="take_back_allowance",
    )
    def post(self, request: Request, slug: str, allowance_id: int) -> Response:
        """It counts no more; needs the reason. Both acts stay in the books."""
        given = allowances_of(organized_competition(request, slug))
        allowance = given.filter(pk=allowance_id).first() if allowance_id < LARGEST_ID else None
        if allowance is None:
            raise NotFound("not_found", "There is no such allowance.")
        words = said(ReasonIn, request)
        take_back(allowance, organizer=request.user, reason=words["reason"])
        return Response(AllowanceOut(given.get(pk=allowance_id)).data)
