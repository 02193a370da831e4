"""Brackets, claims to them, and prizes that a team does not want, as JSON."""

from typing import Any

from rest_framework import serializers

from competition.models import Bracket, Claim
from competition.operations.claim import LONGEST_STATEMENT
from competition.operations.reason import LONGEST_REASON


class BracketOut(serializers.Serializer[Bracket]):
    """Prizes in order; brackets are awarded in the order of this list, and who wins in one is passed over later."""

    key = serializers.CharField()
    title = serializers.CharField()
    phase = serializers.CharField(source="phase.key")
    track = serializers.CharField(source="track.kind")
    eligibility = serializers.CharField(help_text="What a team claims that asks for it; empty: all teams.")
    prizes = serializers.ListField(child=serializers.CharField())


class ClaimIn(serializers.Serializer[Any]):
    """What the claim rests on."""

    statement = serializers.CharField(max_length=LONGEST_STATEMENT)


class ClaimOut(serializers.Serializer[Claim]):
    """A claim of a team, and what the organizers have decided."""

    team = serializers.CharField(source="team.name")
    bracket = serializers.CharField(source="bracket.key")
    statement = serializers.CharField()
    state = serializers.CharField(help_text="waiting, confirmed or refused")
    reason = serializers.CharField()
    claimed_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class TeamBracketOut(BracketOut):
    """A bracket as the caller's team sees it."""

    claim = ClaimOut(allow_null=True)
    declined = serializers.BooleanField()


class ClaimDecisionIn(serializers.Serializer[Any]):
    """Whether a team is eligible; a refusal needs a reason, which the team is told."""

    team = serializers.CharField(max_length=200)
    bracket = serializers.CharField(max_length=40)
    confirm = serializers.BooleanField()
    reason = serializers.CharField(max_length=LONGEST_REASON, required=False, allow_blank=True, default="")


class DeclineIn(serializers.Serializer[Any]):
    """What a team has told the organizers about a prize, and how."""

    team = serializers.CharField(max_length=200)
    bracket = serializers.CharField(max_length=40)
    declined = serializers.BooleanField(help_text="false takes it back")
    reason = serializers.CharField(max_length=LONGEST_REASON)
