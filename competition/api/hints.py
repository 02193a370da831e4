"""What about submissions organizers should look at; nothing follows from it by itself."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competition.api.answers import answers
from competition.api.find import organized_competition
from competition.api.parsing import said
from competition.api.scopes import OrganizersView
from competition.errors import NotFound
from competition.models import HintKind
from competition.operations.dismiss_hint import dismiss_hint
from competition.operations.reason import LONGEST_REASON

MOST = 500


class HintOut(serializers.Serializer[Any]):
    """What was noticed, last between these two submissions (or about the one), and how often."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=HintKind.choices)
    phase = serializers.CharField(source="phase.key")
    track = serializers.CharField(source="track.kind")
    team = serializers.CharField(source="team.name")
    other_team = serializers.CharField(source="other_team.name", allow_null=True, default=None)
    submission = serializers.UUIDField(source="submission_id")
    other = serializers.UUIDField(source="other_id", allow_null=True)
    figure = serializers.FloatField(help_text="A correlation of ranks, a share of rows, or a number.")
    details = serializers.JSONField()
    times = serializers.IntegerField()
    found_at = serializers.DateTimeField()
    latest_at = serializers.DateTimeField()
    dismissed_at = serializers.DateTimeField(allow_null=True)
    dismissed_by = serializers.CharField(source="dismissed_by.username", allow_null=True, default=None)
    dismissal = serializers.CharField()


class DismissalIn(serializers.Serializer[Any]):
    """Why it is laid aside."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


class Hints(OrganizersView):
    """The list of hints."""

    @extend_schema(responses=answers(HintOut(many=True), 401, 403, 404), operation_id="hints")
    def get(self, request: Request, slug: str) -> Response:
        """The latest first, those that are laid aside included; at most 500."""
        hints = organized_competition(request, slug).hints.with_names()
        return Response(HintOut(hints[:MOST], many=True).data)


class DismissHint(OrganizersView):
    """Laying a hint aside."""

    @extend_schema(
        request=DismissalIn,
        responses=answers(HintOut, 400, 401, 403, 404, 409, 413, 415),
        operation_id="dismiss_hint",
    )
    def post(self, request: Request, slug: str, hint_id: int) -> Response:
        """With the reason, which is written down; it stays in the list and goes on counting."""
        hint = organized_competition(request, slug).hints.with_names().filter(pk=hint_id).first()
        if hint is None:
            raise NotFound("not_found", "There is no such hint.")
        words = said(DismissalIn, request)
        return Response(HintOut(dismiss_hint(hint, organizer=request.user, reason=words["reason"])).data)
