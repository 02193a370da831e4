"""What an organizer watches, readable by programs: the queue, the workers, and what could not be scored."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competition.api.answers import OWN, answers
from competition.api.find import organized_competition
from competition.api.scopes import OrganizersView
from competition.models import Evaluation
from competition.operations.watch_queue import failures_of, queue_now


class AttemptOut(serializers.Serializer[Any]):
    """An attempt that ended without a result: who had it, from when to when, and why it ended."""

    number = serializers.IntegerField()
    worker = serializers.CharField()
    claimed_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField()
    failure = serializers.CharField()
    detail = serializers.CharField()


class FailureOut(serializers.Serializer[Any]):
    """A submission that could not be scored against a version; where `state` is not `failed` it is tried again."""

    submission = serializers.UUIDField(source="submission_id")
    team = serializers.CharField(source="submission.team.name")
    phase = serializers.CharField(source="submission.phase.key")
    track = serializers.CharField(source="submission.track.kind")
    version = serializers.IntegerField(source="ground_truth.version")
    state = serializers.CharField()
    failed_at = serializers.DateTimeField(source="finished_at", allow_null=True)
    failure = serializers.CharField()
    detail = serializers.CharField(source="failure_detail")
    refunded = serializers.SerializerMethodField()
    retry_asked = serializers.SerializerMethodField()
    attempts = AttemptOut(source="lost_attempts", many=True)

    def get_refunded(self, evaluation: Evaluation) -> bool:
        """Whether the upload was given back."""
        return evaluation.submission.refunded_at is not None

    def get_retry_asked(self, evaluation: Evaluation) -> bool:
        """Whether an organizer has asked for another try that has not begun."""
        return hasattr(evaluation, "retry_request")


class WorkerOut(serializers.Serializer[Any]):
    """A worker that lives. `works_at` is empty where it waits."""

    name = serializers.CharField()
    host = serializers.CharField()
    seconds_ago = serializers.IntegerField(help_text="since its last sign of life")
    works_at = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)


class QueueOut(serializers.Serializer[Any]):
    """Of the whole server. `at_work` is null where the bell is out of reach."""

    waiting = serializers.IntegerField()
    running = serializers.IntegerField()
    oldest_seconds = serializers.IntegerField(allow_null=True)
    at_work = WorkerOut(many=True, allow_null=True)


class Failures(OrganizersView):
    """What could not be scored."""

    @extend_schema(responses=answers(FailureOut(many=True), 401, 403, 404), operation_id="failures")
    def get(self, request: Request, slug: str) -> Response:
        """The latest fifty, each with every attempt that was lost."""
        return Response(FailureOut(failures_of(organized_competition(request, slug)), many=True).data, headers=OWN)


class QueueNow(OrganizersView):
    """The queue and the workers."""

    @extend_schema(responses=answers(QueueOut, 401, 403, 404), operation_id="queue")
    def get(self, request: Request, slug: str) -> Response:
        """At this moment."""
        return Response(QueueOut(queue_now(organized_competition(request, slug))).data, headers=OWN)
