"""The competition's own deadlines as JSON, and moving one."""

from typing import Any

from rest_framework import serializers

from competition.models import Competition, Deadline, DeadlineExtension
from competition.operations.reason import LONGEST_REASON


class DeadlineExtensionOut(serializers.Serializer[DeadlineExtension]):
    """That a deadline is later than was said, and why."""

    deadline = serializers.CharField()
    before = serializers.DateTimeField()
    after = serializers.DateTimeField()
    reason = serializers.CharField()
    extended_at = serializers.DateTimeField()


class DeadlinesOut(serializers.Serializer[Competition]):
    """The competition's own deadlines; null: there is no such day."""

    entry_until = serializers.DateTimeField(allow_null=True)
    merge_until = serializers.DateTimeField(allow_null=True)
    external_data_until = serializers.DateTimeField(allow_null=True)
    deadline_extensions = DeadlineExtensionOut(many=True)


class DeadlineIn(serializers.Serializer[Any]):
    """A later time for one of the competition's own deadlines."""

    deadline = serializers.CharField(max_length=40, help_text=f"One of: {', '.join(Deadline.values)}.")
    until = serializers.DateTimeField()
    reason = serializers.CharField(max_length=LONGEST_REASON)
