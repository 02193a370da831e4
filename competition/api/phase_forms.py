"""A phase as JSON: its dates and limits, and what became of them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from competition.clock import database_now
from competition.models import Extension, Phase


class LateOut(serializers.Serializer[Phase]):
    """What a phase takes after its close, per team and track: scored, marked late and never ranked."""

    daily_limit = serializers.IntegerField(source="late_daily_limit")
    total_limit = serializers.IntegerField(source="late_total_limit")


class ExtensionOut(serializers.Serializer[Extension]):
    """That a phase closes later than was said, and why."""

    before = serializers.DateTimeField()
    after = serializers.DateTimeField()
    reason = serializers.CharField()
    extended_at = serializers.DateTimeField()


class PhaseOut(serializers.ModelSerializer[Phase]):
    """One phase of a competition."""

    state = serializers.SerializerMethodField()
    select = serializers.IntegerField(source="most_selected")
    publication = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()
    extensions = ExtensionOut(many=True)
    published_at = serializers.DateTimeField(source="revealed_at", allow_null=True)

    class Meta:
        model = Phase
        fields = (
            "key",
            "title",
            "opens_at",
            "closes_at",
            "state",
            "daily_limit",
            "total_limit",
            "select",
            "shows",
            "detail",
            "publication",
            "late",
            "extensions",
            "published_at",
            "results",
            "appeals_until",
        )

    def get_state(self, phase: Phase) -> str:
        """upcoming, open or closed; draft to organizers."""
        return phase.state(phase.competition.at(self.context["now"]))

    def get_publication(self, phase: Phase) -> str:
        """manual, or automatic: the final board is published without an organizer once all is scored."""
        return "automatic" if phase.publishes_itself else "manual"

    @extend_schema_field(LateOut(allow_null=True))
    def get_late(self, phase: Phase) -> dict[str, Any] | None:
        """Null where nothing is taken after the close."""
        return None if phase.late_total_limit is None else dict(LateOut(phase).data)


def phase_now(phase: Phase) -> dict[str, Any]:
    """The phase as it is at this moment."""
    return dict(PhaseOut(phase, context={"now": database_now()}).data)
