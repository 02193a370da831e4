"""The JSON of a board."""

from typing import Any

from rest_framework import serializers


class BoardEntryOut(serializers.Serializer[Any]):
    """One row of a board."""

    rank = serializers.IntegerField(allow_null=True)
    rank_low = serializers.IntegerField(allow_null=True)
    rank_high = serializers.IntegerField(allow_null=True)
    team = serializers.CharField()
    score = serializers.FloatField()
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    submissions = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    baseline = serializers.BooleanField()
    public_rank = serializers.IntegerField(
        allow_null=True, required=False, help_text="On a board of the private part: the rank on the last public one."
    )
    separable_from_above = serializers.BooleanField(allow_null=True)
    separable_from_first = serializers.BooleanField(allow_null=True)


class BoardOut(serializers.Serializer[Any]):
    """A published board."""

    version = serializers.IntegerField()
    phase = serializers.CharField()
    track = serializers.CharField()
    metric = serializers.CharField()
    metric_version = serializers.CharField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    entries = BoardEntryOut(many=True)
