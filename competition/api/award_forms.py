"""Awards as they would be and as they were announced, as JSON."""

from typing import Any

from rest_framework import serializers

from competition.api.bracket_forms import ClaimOut
from competition.models import Award, Awards
from competition.operations.propose_awards import Proposal, Won
from competition.operations.reason import LONGEST_REASON


class AwardOut(serializers.Serializer[Award]):
    """One prize and who has won it."""

    bracket = serializers.CharField()
    title = serializers.CharField(source="bracket_title")
    place = serializers.IntegerField()
    prize = serializers.CharField()
    team = serializers.CharField(source="team_name")
    rank = serializers.IntegerField()
    score = serializers.FloatField()
    submitted_at = serializers.DateTimeField()
    tied_with = serializers.ListField(
        child=serializers.CharField(), help_text="Teams of the same rank that had handed in later."
    )


class NoteOut(serializers.Serializer[Any]):
    """Why a team was passed over, or a prize not awarded."""

    bracket = serializers.CharField()
    prize = serializers.CharField(allow_blank=True)
    team = serializers.CharField(allow_null=True)
    rank = serializers.IntegerField(allow_null=True)
    why = serializers.CharField()


class AwardsOut(serializers.Serializer[Awards]):
    """All prizes of a phase and track as they were announced; the highest version counts."""

    phase = serializers.CharField(source="phase.key")
    track = serializers.CharField(source="track.kind")
    version = serializers.IntegerField()
    board_version = serializers.IntegerField(source="board.version")
    announced_at = serializers.DateTimeField()
    reason = serializers.CharField(help_text="Why they are other than in the version before.")
    awards = AwardOut(source="rows", many=True)
    notes = NoteOut(many=True)


class WonOut(serializers.Serializer[Won]):
    """One prize and who would win it."""

    bracket = serializers.CharField(source="bracket.key")
    title = serializers.CharField(source="bracket.title")
    place = serializers.IntegerField()
    prize = serializers.CharField()
    team = serializers.CharField(source="winner.team")
    rank = serializers.IntegerField(source="winner.rank")
    score = serializers.FloatField(source="winner.score")
    submitted_at = serializers.DateTimeField(source="winner.submitted_at")
    tied_with = serializers.ListField(child=serializers.CharField())


class ProposalOut(serializers.Serializer[Proposal]):
    """What the awards would be now, and which claims have to be decided before they are announced."""

    board_version = serializers.IntegerField(source="board.version")
    awards = WonOut(source="won", many=True)
    notes = NoteOut(many=True)
    waiting = ClaimOut(many=True)
    as_announced = serializers.SerializerMethodField()

    def get_as_announced(self, proposal: Proposal) -> bool:
        """Whether the newest announced version says the same."""
        return proposal.is_as_announced(self.context["latest"])


class AnnounceIn(serializers.Serializer[Any]):
    """The track, and after the first version the reason for the change."""

    track = serializers.CharField(max_length=40)
    reason = serializers.CharField(max_length=LONGEST_REASON, required=False, allow_blank=True, default="")
