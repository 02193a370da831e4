"""Deadlines, declarations, brackets and awards as JSON."""

from typing import Any

from rest_framework import serializers

from competition.models import Award, Awards, Bracket, Claim, Competition, Deadline, DeadlineExtension, Declaration
from competition.operations.declared import Declared
from competition.operations.propose_awards import Proposal, Won


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
    reason = serializers.CharField(max_length=1000)


class DeclarationsOut(serializers.Serializer[Competition]):
    """Whether a choice needs a declaration, and whether everybody reads it after the close."""

    required = serializers.BooleanField(source="declarations_required")
    public = serializers.BooleanField(source="declarations_public")


class BracketOut(serializers.Serializer[Bracket]):
    """Prizes in order; brackets are awarded in the order of this list, and who wins in one is passed over later."""

    key = serializers.CharField()
    title = serializers.CharField()
    phase = serializers.CharField(source="phase.key")
    track = serializers.CharField(source="track.kind")
    eligibility = serializers.CharField(help_text="What a team claims that asks for it; empty: all teams.")
    prizes = serializers.ListField(child=serializers.CharField())


class ItemIO(serializers.Serializer[Any]):
    """External data or a pretrained model."""

    kind = serializers.CharField(max_length=10, help_text="data or model")
    name = serializers.CharField(max_length=1000, allow_blank=True)
    source = serializers.CharField(max_length=1000, allow_blank=True, help_text="A link or a citation.")
    licence = serializers.CharField(max_length=1000, allow_blank=True)
    public = serializers.BooleanField(help_text="Whether everybody can get it.")


class DeclarationIn(serializers.Serializer[Any]):
    """What was used; or `none`, which declares that there is nothing."""

    items = ItemIO(many=True, required=False, default=list, max_length=100)
    none = serializers.BooleanField(required=False, default=False)


class DeclarationOut(serializers.Serializer[Declaration]):
    """One version; the one with the highest number stands."""

    version = serializers.IntegerField()
    declared_at = serializers.DateTimeField()
    author = serializers.CharField(source="author.username", allow_null=True, default=None)
    items = ItemIO(many=True)


class DeclaredOut(serializers.Serializer[Declared]):
    """What a team declares for a submission that stands, as everybody may read it."""

    team = serializers.CharField()
    phase = serializers.CharField()
    track = serializers.CharField()
    version = serializers.IntegerField()
    declared_at = serializers.DateTimeField()
    items = ItemIO(many=True)


class ClaimIn(serializers.Serializer[Any]):
    """What the claim rests on."""

    statement = serializers.CharField(max_length=2000)


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
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class DeclineIn(serializers.Serializer[Any]):
    """What a team has told the organizers about a prize, and how."""

    team = serializers.CharField(max_length=200)
    bracket = serializers.CharField(max_length=40)
    declined = serializers.BooleanField(help_text="false takes it back")
    reason = serializers.CharField(max_length=1000)


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
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
