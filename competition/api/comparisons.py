"""Two submissions side by side."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from competition.api.answers import answers
from competition.api.scopes import MayRead
from competition.operations.compare_submissions import Comparison, Side, both_of, compare_submissions


class SideOut(serializers.Serializer[Any]):
    """One of the two submissions."""

    id = serializers.UUIDField()
    received_at = serializers.DateTimeField()
    note = serializers.CharField()
    score = serializers.FloatField()
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class ClassDifferenceOut(serializers.Serializer[Any]):
    """One label; what is undefined is null."""

    label = serializers.CharField()
    positives = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    other_value = serializers.FloatField(allow_null=True)
    difference = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    significant = serializers.BooleanField()
    in_score = serializers.BooleanField(
        allow_null=True,
        help_text="Whether the label is one of those that the score is the mean of; null while that is kept secret.",
    )


class ComparisonOut(serializers.Serializer[Any]):
    """How much better the first is than the other, with the 95 % interval of the paired differences."""

    competition = serializers.CharField()
    phase = serializers.CharField()
    track = serializers.CharField()
    metric = serializers.CharField()
    submission = SideOut()
    other = SideOut()
    difference = serializers.FloatField(help_text="The first submission's score minus the other's.")
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    significant = serializers.BooleanField(help_text="Whether the interval excludes 0.")
    replicates = serializers.IntegerField(help_text="The resamples of the test images that the interval rests on.")
    classes = ClassDifferenceOut(many=True)


class CompareSubmissions(APIView):
    """Two submissions of one phase and track."""

    permission_classes = (IsAuthenticated, MayRead)

    @extend_schema(responses=answers(ComparisonOut, 401, 403, 404, 409), operation_id="compare_submissions")
    def get(self, request: Request, submission_id: UUID, other_id: UUID) -> Response:
        """The paired difference, overall and per class. 403 where the phase doesn't show scores as they are."""
        one, other = both_of(request.user, submission_id, other_id)
        organizes = one.team.competition.is_organized_by(request.user)
        comparison = compare_submissions(one, other, to_organizer=organizes)
        return Response(ComparisonOut(_as_json(comparison)).data)


def _as_json(comparison: Comparison) -> dict[str, Any]:
    submission = comparison.one.submission
    return {
        "competition": submission.team.competition.slug,
        "phase": submission.phase.key,
        "track": submission.track.kind,
        "metric": submission.track.metric,
        "submission": _side(comparison.one),
        "other": _side(comparison.other),
        "difference": comparison.difference.value,
        "interval": comparison.difference.interval,
        "significant": comparison.difference.significant,
        "replicates": comparison.resamples,
        "classes": [asdict(row) for row in comparison.classes],
    }


def _side(side: Side) -> dict[str, Any]:
    submission = side.submission
    return {
        "id": submission.pk,
        "received_at": submission.received_at,
        "note": submission.note,
        "score": side.score,
        "interval": side.interval,
    }
