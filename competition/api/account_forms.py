"""The JSON of the caller's own account: who asks, with which token, and where it takes part."""

from typing import Any

from rest_framework import serializers

from competition.api.submission_forms import QuotaOut


class UsedTokenOut(serializers.Serializer[Any]):
    """The token that this call came with."""

    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField(allow_null=True)


class AcceptedOut(serializers.Serializer[Any]):
    """The version that is asked for now, and whether the caller has accepted it."""

    version = serializers.CharField()
    accepted = serializers.BooleanField()


class LimitOut(serializers.Serializer[Any]):
    """What the team has left in a phase that takes uploads now."""

    phase = serializers.CharField(source="phase.key")
    track = serializers.CharField(source="track.kind")
    closes_at = serializers.DateTimeField(source="phase.closes_at")
    late = serializers.BooleanField(help_text="The phase has closed; what is uploaded now is scored and not ranked.")
    left = serializers.IntegerField(source="quota.left")
    quota = QuotaOut()


class EntryStateOut(serializers.Serializer[Any]):
    """The caller's part in one competition; `terms` and `rules` are null where there are none."""

    competition = serializers.CharField(source="competition.slug")
    title = serializers.CharField(source="competition.title")
    team = serializers.CharField(source="team.name")
    state = serializers.CharField(help_text="`entered`, or `waiting` for an organizer to approve it, or `refused`.")
    now = serializers.DateTimeField(help_text="The time in the competition, which its dates are about.")
    terms = AcceptedOut(allow_null=True)
    rules = AcceptedOut(allow_null=True)
    limits = LimitOut(many=True)


class AccountOut(serializers.Serializer[Any]):
    """The caller; `token` is null for the session of the web pages."""

    username = serializers.CharField()
    token = UsedTokenOut(allow_null=True)
    entries = EntryStateOut(many=True)


class TermsIn(serializers.Serializer[Any]):
    """The version that was read."""

    version = serializers.CharField(max_length=40)


class AcceptedTermsOut(serializers.Serializer[Any]):
    """What was accepted."""

    version = serializers.CharField()
