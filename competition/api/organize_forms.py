"""The JSON of organizers' acts: their reasons, and what they are told."""

from typing import Any

from rest_framework import serializers

from competition.models import Announcement
from competition.operations.open_phase import Line
from competition.operations.reason import LONGEST_REASON
from competition.operations.regret import Choice


class ReasonIn(serializers.Serializer[Any]):
    """Why an organizer does it."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


class ResultsIn(ReasonIn):
    """The next step of published results: verified, final, or back to provisional; and what it rests on."""

    results = serializers.CharField(max_length=20)
    leave_undeclared = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Verify the others where something that stands on the final board has no declaration.",
    )


class AppealsIn(serializers.Serializer[Any]):
    """For how many days from now teams may object."""

    days = serializers.IntegerField()


class ExtensionIn(ReasonIn):
    """A later close of a phase."""

    closes_at = serializers.DateTimeField()


class RescoreIn(ReasonIn):
    """Scoring everything again needs the competition's slug as confirmation."""

    confirm = serializers.CharField(max_length=80)
    hold = serializers.BooleanField(default=False)


class AnnouncementIn(serializers.Serializer[Any]):
    """What everybody who takes part is told; the text is Markdown."""

    title = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=10_000)


class AnnouncementOut(serializers.Serializer[Announcement]):
    """A posted announcement."""

    title = serializers.CharField()
    text = serializers.CharField()
    posted_at = serializers.DateTimeField()


class ChecklistOut(serializers.Serializer[Line]):
    """One line of the checklist of a draft phase; `passed` is null where a worker has not answered yet."""

    check = serializers.CharField()
    track = serializers.CharField()
    passed = serializers.BooleanField(allow_null=True)
    blocks = serializers.BooleanField(help_text="false: a warning only")


class ChoiceOut(serializers.Serializer[Choice]):
    """What stands for a team on the final board of a track, and what it could have had."""

    track = serializers.CharField()
    team = serializers.CharField()
    chosen = serializers.BooleanField(help_text="false: the team chose nothing, so its best as shown stand")
    submissions = serializers.ListField(child=serializers.CharField())
    declared = serializers.BooleanField(help_text="Whether each of these has a declaration.")
    score = serializers.FloatField(allow_null=True)
    best = serializers.FloatField()
    regret = serializers.FloatField(allow_null=True)
