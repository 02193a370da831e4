"""The JSON of errata: reports of a team, the public log, the organizers' queue and answers."""

from typing import Any

from rest_framework import serializers

from competition.models import ErratumReport, Outcome
from competition.operations.errata_log import answer_to
from competition.operations.report_erratum import LONGEST_TEXT


class ReportIn(serializers.Serializer[Any]):
    """A suspected error. `label`: the one that is meant, where it is one."""

    image_id = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=LONGEST_TEXT)
    label = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class ReportOut(serializers.Serializer[ErratumReport]):
    """A report as its team sees it: `waiting` until its answer is published with others."""

    id = serializers.UUIDField()
    image_id = serializers.CharField()
    label = serializers.CharField()
    text = serializers.CharField()
    reported_at = serializers.DateTimeField()
    state = serializers.SerializerMethodField()
    answer = serializers.SerializerMethodField()
    batch = serializers.IntegerField(source="batch.number", allow_null=True, default=None)

    def get_state(self, report: ErratumReport) -> str:
        """waiting, accepted, declined or duplicate."""
        return "waiting" if report.batch_id is None else report.outcome

    def get_answer(self, report: ErratumReport) -> str:
        """One fixed sentence for each outcome."""
        return answer_to(report)


class LogEntryOut(serializers.Serializer[Any]):
    """A batch of answers: how many, and the version of the ground truth that corrects what was accepted."""

    number = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    accepted = serializers.IntegerField()
    declined = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    images_accepted = serializers.IntegerField()
    version = serializers.IntegerField(allow_null=True)
    in_force_at = serializers.DateTimeField(allow_null=True)
    images = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Null until all phases have closed."
    )


class QueuedReportOut(serializers.Serializer[Any]):
    """A report as organizers see it. `outcome`: what is decided and not published yet, or empty."""

    id = serializers.UUIDField()
    team = serializers.CharField(source="team.name")
    reporter = serializers.CharField(source="reporter.username", allow_null=True, default=None)
    label = serializers.CharField()
    text = serializers.CharField()
    reported_at = serializers.DateTimeField()
    outcome = serializers.CharField()


class ReportedImageOut(serializers.Serializer[Any]):
    """An image with all that is not answered yet about it."""

    image_id = serializers.CharField()
    teams = serializers.IntegerField()
    reports = QueuedReportOut(many=True)


class DecisionOnErrataIn(serializers.Serializer[Any]):
    """An outcome for some reports, or for all of an image that are not answered yet."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    reports = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=1000)
    image_id = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class BatchIn(serializers.Serializer[Any]):
    """The version of the ground truth that corrects what was accepted, if there is one already."""

    version = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**31 - 1)


class LinkIn(serializers.Serializer[Any]):
    """The version of the ground truth that corrects what was accepted."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class BatchOut(serializers.Serializer[Any]):
    """A published batch."""

    number = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    version = serializers.IntegerField(source="ground_truth.version", allow_null=True, default=None)
