"""A phase: a span of time with its own limits and its own rule of what is shown."""

from datetime import datetime
from typing import ClassVar

from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Now

from competition.models.competition import Competition


class Shows(models.TextChoices):
    """Which part of the images the boards of a phase are about."""

    PUBLIC = "public", "the public part"
    NOTHING = "nothing", "nothing"
    PRIVATE = "private", "the private part"


class Detail(models.TextChoices):
    """How much a phase tells: everything, or a held score that moves in steps."""

    COMPOSITE = "composite", "a held score"
    CLASSES = "classes", "scores, intervals and classes"


class Results(models.TextChoices):
    """How far the results of a published phase have come."""

    PROVISIONAL = "provisional", "provisional"
    VERIFIED = "verified", "verified"
    FINAL = "final", "final"


class PhaseQuerySet(models.QuerySet["Phase"]):
    """Reading words for phases; `now` is the database's time."""

    def open(self, now: datetime) -> "PhaseQuerySet":
        """Those that take uploads at that instant."""
        return self.filter(opens_at__lte=now, closes_at__gt=now)

    def shown_first(self, now: datetime) -> "Phase | None":
        """The phase that a board is about when none is named: the open one, else the last closed, else the next.

        Without a query where the phases are fetched.
        """
        phases = sorted(self, key=lambda phase: (phase.opens_at, phase.pk))
        is_open = [phase for phase in phases if phase.is_open(now)]
        closed = sorted((phase for phase in phases if phase.closes_at <= now), key=lambda phase: phase.closes_at)
        return next((group[-1] for group in (is_open, closed) if group), phases[0] if phases else None)


class OpenedPhases(models.Manager.from_queryset(PhaseQuerySet)):
    """All but drafts. What a competition's `phases` are: a draft is seen only where it is asked for by `every`."""

    def get_queryset(self) -> PhaseQuerySet:
        """Without drafts."""
        return super().get_queryset().filter(draft=False)


class Phase(models.Model):
    """Open in the half-open interval [opens_at, closes_at) by the database's clock, in UTC."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="phases")
    key = models.SlugField(max_length=40)
    title = models.CharField(max_length=200)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    daily_limit = models.PositiveIntegerField(default=3)
    total_limit = models.PositiveIntegerField(default=40)
    shows = models.CharField(max_length=10, choices=Shows.choices, default=Shows.PUBLIC)
    detail = models.CharField(max_length=10, choices=Detail.choices, default=Detail.COMPOSITE)
    draft = models.BooleanField(default=False)
    """Seen by organizers only, and taking nothing, until one of them opens it by hand."""
    publishes_itself = models.BooleanField(default=False)
    """Whether the final board is published without an organizer, once all is scored after the close."""
    late_daily_limit = models.PositiveIntegerField(null=True, blank=True)
    late_total_limit = models.PositiveIntegerField(null=True, blank=True)
    """What a team may hand in after the close, per track, to be scored and not ranked; None: nothing."""
    most_selected = models.PositiveSmallIntegerField(default=2)
    """How many submissions a team may choose for the final ranking, per track."""
    picks_frozen_at = models.DateTimeField(null=True, blank=True)
    """When it was written down, after the close, which submissions stand on the final board."""
    revealed_at = models.DateTimeField(null=True, blank=True)
    """When an organizer published the final board; from then on everything is told."""

    results = models.CharField(max_length=12, choices=Results.choices, default=Results.PROVISIONAL)
    """Provisional until the organizers have verified them, and final after that."""
    appeals_until = models.DateTimeField(null=True, blank=True)
    """Until then teams may object to the published results; None: no window is set."""

    objects = OpenedPhases()
    every = PhaseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["opens_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["competition", "key"], name="one_phase_of_a_key"),
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="a_phase_opens_before_it_closes"),
            models.CheckConstraint(condition=Q(shows__in=Shows.values), name="what_a_phase_shows_is_known"),
            models.CheckConstraint(condition=Q(detail__in=Detail.values), name="phase_detail_is_known"),
            models.CheckConstraint(condition=Q(most_selected__gt=0), name="a_phase_lets_a_team_choose"),
            models.CheckConstraint(
                condition=Q(late_daily_limit__isnull=True, late_total_limit__isnull=True)
                | Q(late_daily_limit__gt=0, late_total_limit__gt=0),
                name="late_limits_come_in_pairs",
            ),
            models.CheckConstraint(condition=Q(draft=False) | Q(revealed_at=None), name="no_draft_is_published"),
            models.CheckConstraint(condition=Q(results__in=Results.values), name="results_are_known"),
            models.CheckConstraint(
                condition=Q(results="provisional", appeals_until=None) | Q(revealed_at__isnull=False),
                name="only_published_results_are_verified",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    def hold(self) -> None:
        """Let its dates and its picks stand until this transaction ends. Any number may hold it at once."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM competition_phase WHERE id = %s FOR SHARE", [self.pk])
        self.refresh_from_db()

    def is_open(self, now: datetime) -> bool:
        """Whether uploads received at that instant count."""
        return not self.draft and self.opens_at <= now < self.closes_at

    def state(self, now: datetime) -> str:
        """`draft`, `upcoming`, `open` or `closed`."""
        if self.draft:
            return "draft"
        if now < self.opens_at:
            return "upcoming"
        return "open" if now < self.closes_at else "closed"

    def takes_late(self, now: datetime) -> bool:
        """Whether uploads received at that instant are taken as late ones: scored, and never ranked."""
        return not self.draft and now >= self.closes_at and self.late_total_limit is not None

    @property
    def holds(self) -> bool:
        """Whether only a held score is shown, so that the hidden labels can't be probed."""
        return self.detail == Detail.COMPOSITE and self.revealed_at is None


class Extension(models.Model):
    """That a phase closes later than was said, and why: participants see it."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="extensions")
    before = models.DateTimeField()
    after = models.DateTimeField()
    reason = models.TextField()
    extended_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(before__lt=F("after")), name="an_extension_extends"),
            models.CheckConstraint(condition=~Q(reason=""), name="an_extension_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.phase} until {self.after}"
