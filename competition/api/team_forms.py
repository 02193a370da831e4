"""The JSON of teams and mergers, as the schema shows it."""

from typing import Any

from rest_framework import serializers


class MemberOut(serializers.Serializer[Any]):
    """A person in the team, to its other members."""

    username = serializers.CharField()
    joined_at = serializers.DateTimeField()


class MergerIn(serializers.Serializer[Any]):
    """The team that is to join."""

    team = serializers.CharField(max_length=200)


class MergerOut(serializers.Serializer[Any]):
    """A proposal: `joins` is to join `into`, which keeps its name."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    into = serializers.CharField(source="proposer.name")
    joins = serializers.CharField(source="other.name")
    proposed_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class TeamOut(serializers.Serializer[Any]):
    """The caller's team; `mergers` are those that wait for an answer."""

    team = serializers.CharField()
    members = MemberOut(many=True)
    invitation = serializers.CharField()
    team_size = serializers.IntegerField(allow_null=True)
    merge_until = serializers.DateTimeField(allow_null=True)
    mergers = MergerOut(many=True)


class LeftOut(serializers.Serializer[Any]):
    """The name of the team that the caller has left."""

    left = serializers.CharField()
