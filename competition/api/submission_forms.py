"""The JSON of a submission, its receipt and its limits."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from competition.api.declaration_forms import DeclarationOut
from competition.models import Submission
from competition.operations.count_quota import QuotaState
from competition.operations.show_result import ShownResult


class QuotaOut(serializers.Serializer[QuotaState]):
    """What the team has used of the phase's limits; `resets_at` is null once the total is spent."""

    limit = serializers.IntegerField()
    used = serializers.IntegerField()
    resets_at = serializers.SerializerMethodField()
    total_limit = serializers.IntegerField()
    total_used = serializers.IntegerField()

    def get_resets_at(self, quota: QuotaState) -> str | None:
        """The next midnight, UTC."""
        return None if quota.total_spent else quota.resets_at.isoformat().replace("+00:00", "Z")


class SubmissionOut(serializers.Serializer[Any]):
    """A submission as its team sees it. Built from a submission and its shown result."""

    id = serializers.UUIDField()
    competition = serializers.CharField(source="team.competition.slug")
    phase = serializers.CharField(source="phase.key")
    track = serializers.CharField(source="track.kind")
    team = serializers.CharField(source="team.name")
    state = serializers.SerializerMethodField()
    score = serializers.SerializerMethodField()
    interval = serializers.SerializerMethodField()
    message = serializers.SerializerMethodField()
    received_at = serializers.DateTimeField()
    late = serializers.BooleanField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    rows = serializers.IntegerField()
    file_name = serializers.CharField()
    note = serializers.CharField()
    notices = serializers.JSONField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    selected_at = serializers.DateTimeField(allow_null=True)
    picked_at = serializers.SerializerMethodField()
    disqualified_at = serializers.DateTimeField(allow_null=True)
    disqualification = serializers.CharField()

    def _shown(self, submission: Submission) -> ShownResult:
        return self.context["shown"][submission.pk]

    def get_state(self, submission: Submission) -> str:
        """accepted, scoring, scored or failed."""
        return self._shown(submission).state

    def get_score(self, submission: Submission) -> float | None:
        """As the phase shows it."""
        return self._shown(submission).score

    def get_interval(self, submission: Submission) -> list[float] | None:
        """As the phase shows it."""
        return self._shown(submission).interval

    def get_picked_at(self, submission: Submission) -> datetime | None:
        """When it was written down that it stands on the final board; told once that board is published.

        Before, it would tell which one scored best where the phase shows no scores.
        """
        return submission.picked_at if submission.phase.revealed_at else None

    def get_message(self, submission: Submission) -> str:
        """A sentence on the result, where there is something to say."""
        return self._shown(submission).message


class SubmissionDetailOut(SubmissionOut):
    """A submission with its place in the queue and, where the phase shows it, its report."""

    place_in_queue = serializers.SerializerMethodField()
    expected_wait_seconds = serializers.SerializerMethodField()
    report = serializers.SerializerMethodField()
    declaration = serializers.SerializerMethodField()

    def get_place_in_queue(self, submission: Submission) -> int | None:
        """1 for the next to be scored; null when it is not waiting."""
        return self._shown(submission).place_in_queue

    def get_expected_wait_seconds(self, submission: Submission) -> int | None:
        """About how long until it is scored, from how long the last files took; null where that isn't told."""
        return self._shown(submission).expected_wait

    @extend_schema_field(DeclarationOut(allow_null=True))
    def get_declaration(self, submission: Submission) -> dict[str, Any] | None:
        """The version of its declaration that stands; null where there is none."""
        newest = submission.declarations.select_related("author").first()
        return dict(DeclarationOut(newest).data) if newest else None

    def get_report(self, submission: Submission) -> dict[str, Any] | None:
        """Values, intervals and curves per class, and how many of the file's scores lie in each twentieth of [0, 1]."""
        return self._shown(submission).report


class SubmissionPageOut(serializers.Serializer[Any]):
    """One page of a list; `next` and `previous` are addresses, or null."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = SubmissionOut(many=True)


class ReceiptOut(serializers.Serializer[Any]):
    """The receipt of an upload."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    sha256 = serializers.CharField()
    received_at = serializers.DateTimeField()
    track = serializers.CharField()
    phase = serializers.CharField()
    rows = serializers.IntegerField()
    notices = serializers.JSONField()
    quota = QuotaOut()
