"""The JSON that goes out and comes in, as the schema shows it."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from competition.api.fair_play_forms import BracketOut, DeadlineExtensionOut, DeclarationOut, DeclarationsOut
from competition.api.phase_forms import PhaseOut
from competition.api.rules_forms import RulesPageOut
from competition.models import Competition, Submission, Track
from competition.operations.count_quota import QuotaState
from competition.operations.show_result import ShownResult


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


class QuotaOut(serializers.Serializer[QuotaState]):
    """What the team has used of the phase's limits; `resets_at` is null once the total is spent."""

    limit = serializers.IntegerField()
    used = serializers.IntegerField()
    resets_at = serializers.SerializerMethodField()
    total_limit = serializers.IntegerField()
    total_used = serializers.IntegerField()

    def get_resets_at(self, quota: QuotaState) -> str | None:
        """The next midnight, UTC."""
        return None if quota.total_spent else quota.resets_at.isoformat().replace("+00:00", "Z")


class SubmissionOut(serializers.Serializer[Any]):
    """A submission as its team sees it. Built from a submission and its shown result."""

    id = serializers.UUIDField()
    competition = serializers.CharField(source="team.competition.slug")
    phase = serializers.CharField(source="phase.key")
    track = serializers.CharField(source="track.kind")
    team = serializers.CharField(source="team.name")
    state = serializers.SerializerMethodField()
    score = serializers.SerializerMethodField()
    interval = serializers.SerializerMethodField()
    message = serializers.SerializerMethodField()
    received_at = serializers.DateTimeField()
    late = serializers.BooleanField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    rows = serializers.IntegerField()
    file_name = serializers.CharField()
    note = serializers.CharField()
    notices = serializers.JSONField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    selected_at = serializers.DateTimeField(allow_null=True)
    picked_at = serializers.SerializerMethodField()
    disqualified_at = serializers.DateTimeField(allow_null=True)
    disqualification = serializers.CharField()

    def _shown(self, submission: Submission) -> ShownResult:
        return self.context["shown"][submission.pk]

    def get_state(self, submission: Submission) -> str:
        """accepted, scoring, scored or failed."""
        return self._shown(submission).state

    def get_score(self, submission: Submission) -> float | None:
        """As the phase shows it."""
        return self._shown(submission).score

    def get_interval(self, submission: Submission) -> list[float] | None:
        """As the phase shows it."""
        return self._shown(submission).interval

    def get_picked_at(self, submission: Submission) -> datetime | None:
        """When it was written down that it stands on the final board; told once that board is published.

        Before, it would tell which one scored best where the phase shows no scores.
        """
        return submission.picked_at if submission.phase.revealed_at else None

    def get_message(self, submission: Submission) -> str:
        """A sentence on the result, where there is something to say."""
        return self._shown(submission).message


class SubmissionDetailOut(SubmissionOut):
    """A submission with its place in the queue and, where the phase shows it, its report."""

    place_in_queue = serializers.SerializerMethodField()
    expected_wait_seconds = serializers.SerializerMethodField()
    report = serializers.SerializerMethodField()
    declaration = serializers.SerializerMethodField()

    def get_place_in_queue(self, submission: Submission) -> int | None:
        """1 for the next to be scored; null when it is not waiting."""
        return self._shown(submission).place_in_queue

    def get_expected_wait_seconds(self, submission: Submission) -> int | None:
        """About how long until it is scored, from how long the last files took; null where that isn't told."""
        return self._shown(submission).expected_wait

    @extend_schema_field(DeclarationOut(allow_null=True))
    def get_declaration(self, submission: Submission) -> dict[str, Any] | None:
        """The version of its declaration that stands; null where there is none."""
        newest = submission.declarations.select_related("author").first()
        return dict(DeclarationOut(newest).data) if newest else None

    def get_report(self, submission: Submission) -> dict[str, Any] | None:
        """Values, intervals and curves per class, and how many of the file's scores lie in each twentieth of [0, 1]."""
        return self._shown(submission).report


class SubmissionPageOut(serializers.Serializer[Any]):
    """One page of a list; `next` and `previous` are addresses, or null."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = SubmissionOut(many=True)


class ReceiptOut(serializers.Serializer[Any]):
    """The receipt of an upload."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    sha256 = serializers.CharField()
    received_at = serializers.DateTimeField()
    track = serializers.CharField()
    phase = serializers.CharField()
    rows = serializers.IntegerField()
    notices = serializers.JSONField()
    quota = QuotaOut()


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


class TruthOut(serializers.Serializer[Any]):
    """A version of the ground truth, as far as anybody may know it."""

    version = serializers.IntegerField()
    state = serializers.CharField()
    commitment = serializers.CharField()
