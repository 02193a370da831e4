"""The JSON of a competition and of entering it."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from competition.api.bracket_forms import BracketOut
from competition.api.deadline_forms import DeadlineExtensionOut
from competition.api.declaration_forms import DeclarationsOut
from competition.api.phase_forms import PhaseOut
from competition.api.rules_forms import RulesPageOut
from competition.models import Competition, Track


class TrackOut(serializers.ModelSerializer[Track]):
    """One track of a competition."""

    track = serializers.CharField(source="kind")

    class Meta:
        model = Track
        fields = ("track", "labels", "metric")


class TermsOut(serializers.Serializer[Any]):
    """The current version of the terms."""

    version = serializers.CharField()
    text = serializers.CharField()
    published_at = serializers.DateTimeField()


class HandoutOut(serializers.Serializer[Any]):
    """A file for participants."""

    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class ReferenceOut(serializers.Serializer[Any]):
    """A score that others have reported: not verified and not ranked."""

    track = serializers.CharField()
    name = serializers.CharField()
    score = serializers.FloatField()
    labels = serializers.CharField()
    source = serializers.CharField()


class CompetitionOut(serializers.ModelSerializer[Competition]):
    """A competition with all that a participant needs to know."""

    tracks = TrackOut(many=True)
    phases = PhaseOut(many=True)
    terms = serializers.SerializerMethodField()
    rules_page = serializers.SerializerMethodField()
    files = HandoutOut(source="handouts", many=True)
    questions = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Asked of entrants before organizers approve them."
    )
    now = serializers.SerializerMethodField()
    images = serializers.IntegerField(source="manifest.images")
    reference_rows = ReferenceOut(many=True)
    deadline_extensions = DeadlineExtensionOut(many=True)
    declarations = DeclarationsOut(source="*")
    brackets = BracketOut(many=True, help_text="In the order in which they are awarded.")

    class Meta:
        model = Competition
        fields = (
            "slug",
            "title",
            "hidden",
            "rehearsal",
            "now",
            "about",
            "notice",
            "citation",
            "bibtex",
            "embargo_until",
            "reference_rows",
            "images",
            "min_positives",
            "not_in_score",
            "team_size",
            "entry_until",
            "merge_until",
            "external_data_until",
            "deadline_extensions",
            "declarations",
            "brackets",
            "questions",
            "files",
            "files_need_entry",
            "tracks",
            "phases",
            "terms",
            "rules_page",
        )

    def get_now(self, competition: Competition) -> datetime:
        """The time in the competition: the server's, but for a rehearsal, which has a clock of its own."""
        return competition.at(self.context["now"])

    @extend_schema_field(TermsOut(allow_null=True))
    def get_terms(self, competition: Competition) -> dict[str, Any] | None:
        """The current version; null where there are no terms."""
        versions = list(competition.terms.all())
        return dict(TermsOut(max(versions, key=lambda terms: terms.pk)).data) if versions else None

    @extend_schema_field(RulesPageOut(allow_null=True))
    def get_rules_page(self, competition: Competition) -> dict[str, Any] | None:
        """The version in force and those to come; null where there is no rules page."""
        now = competition.at(self.context["now"])
        versions = list(competition.rules_versions.all())
        in_force = [rules for rules in versions if rules.in_force_at <= now]
        coming = [rules for rules in versions if rules.in_force_at > now]
        page = {"in_force": in_force[-1] if in_force else None, "coming": coming}
        return dict(RulesPageOut(page).data) if versions else None


class EntryIn(serializers.Serializer[Any]):
    """Founding a team (`team`) or joining one (`invitation`)."""

    team = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    invitation = serializers.CharField(required=False, allow_blank=True, max_length=100, default="")
    accept_terms = serializers.CharField(required=False, allow_blank=True, max_length=40, default="")
    accept_rules = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=40,
        default="",
        help_text="The version of the rules that is in force; needed only where there is a rules page.",
    )
    answers = serializers.ListField(
        child=serializers.CharField(max_length=2000, allow_blank=True), required=False, default=list, max_length=20
    )


class EntryOut(serializers.Serializer[Any]):
    """The entry."""

    competition = serializers.CharField()
    team = serializers.CharField()
    invitation = serializers.CharField()
    state = serializers.CharField(help_text="`entered`, or `waiting` for an organizer to approve it, or `refused`.")
