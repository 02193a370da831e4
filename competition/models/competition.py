"""A competition, its public list of images and its terms."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Now

if TYPE_CHECKING:
    from competition.models.phase import Phase
    from competition.models.track import Track


def new_invitation() -> str:
    """A word that lets its holder see a hidden competition."""
    return secrets.token_urlsafe(18)


def now_in(competition_id: int) -> datetime:
    """The time in that competition, from the database: its clock, and in a rehearsal the shift that stands now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp() + clock_shift FROM competition_competition WHERE id = %s", [competition_id]
        )
        return cursor.fetchone()[0]


class CompetitionQuerySet(models.QuerySet["Competition"]):
    """Reading words for competitions."""

    def visible_to(self, user: object) -> "CompetitionQuerySet":
        """Those that the person may know of: hidden ones are for who organizes them, is invited or takes part."""
        if not getattr(user, "is_authenticated", False):
            return self.filter(Q(hidden=False) | Q(pk=getattr(user, "previews", None)))
        if getattr(user, "is_superuser", False):
            return self.all()
        organized = Competition.organizers.through.objects.filter(user=user).values("competition")
        invited = Competition.guests.through.objects.filter(user=user).values("competition")
        taking_part = Competition.objects.filter(teams__memberships__user=user).values("pk")
        return self.filter(Q(hidden=False) | Q(pk__in=organized) | Q(pk__in=invited) | Q(pk__in=taking_part))

    def organized_by(self, user: object) -> "CompetitionQuerySet":
        """Those that the person runs; the site's admin runs all."""
        if getattr(user, "is_superuser", False):
            return self.all()
        return self.filter(organizers=user) if getattr(user, "is_authenticated", False) else self.none()


class Competition(models.Model):
    """One benchmark: images, labels, tracks, phases, terms."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    about = models.TextField(blank=True)
    """Markdown for the first page."""
    definitions = models.JSONField(null=True, blank=True)
    """What labels mean: {"source", "images", "labels": [{"label", "meaning", "positives"}]}; None: not told here."""
    notice = models.TextField(blank=True)
    """A sentence that every page of the competition shows on top, such as that its data is made up."""
    citation = models.TextField(blank=True)
    """What a publication with these results must cite."""
    bibtex = models.TextField(blank=True)
    """The same as BibTeX, for download."""
    embargo_until = models.DateTimeField(null=True, blank=True)
    """Before then nobody publishes results of the competition; None: there is no embargo."""
    reference_rows = models.JSONField(default=list, blank=True)
    """Scores that others report, {"track", "name", "score", "labels", "source"}: shown, not verified, not ranked."""
    rules = models.CharField(max_length=40, blank=True)
    """`vindr-cxr` where the labelling rules of that dataset must hold, else empty."""
    min_positives = models.PositiveIntegerField(default=10)
    not_in_score = models.JSONField(default=list, blank=True)
    team_size = models.PositiveIntegerField(null=True, blank=True)
    """The most members that a team may have; None: any number."""
    entry_until = models.DateTimeField(null=True, blank=True)
    """From then on nobody enters or joins a team; None: there is no such day."""
    merge_until = models.DateTimeField(null=True, blank=True)
    """From then on teams can't merge; None: there is no such day."""
    external_data_until = models.DateTimeField(null=True, blank=True)
    """From then on a team declares no external data and models that it hasn't declared before; None: no such day."""
    declarations_required = models.BooleanField(default=False)
    """Whether a submission is chosen for the final ranking only with a declaration."""
    declarations_public = models.BooleanField(default=True)
    """Whether everybody sees, after the close, what is declared for the submissions that stand."""
    questions = models.JSONField(null=True, blank=True)
    """What entrants are asked before an organizer approves them; None: nobody needs approval."""
    files_need_entry = models.BooleanField(default=False)
    """Whether the list of images, samples and handouts are for those only who have entered and accepted the terms."""
    organizers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="organizes", blank=True)
    hidden = models.BooleanField(default=False, db_default=False)
    """Whether only its organizers and guests know of it: a draft until it is made public, a rehearsal for good."""
    public_since = models.DateTimeField(null=True, blank=True)
    """When it was made public; None: it has been so from the start, or is hidden still."""
    guests = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    invitation = models.CharField(max_length=40, default=new_invitation, db_default="")
    """Whoever has this word and an account becomes a guest of a hidden competition."""
    rehearsal = models.BooleanField(default=False, db_default=False)
    """Whether it is there to be tried out and thrown away; that never changes."""
    clock_shift = models.DurationField(default=timedelta(0), db_default=timedelta(0))
    """How far the clock of a rehearsal is ahead of the database's; it only grows."""
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    created_at = models.DateTimeField(db_default=Now())

    objects = CompetitionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(clock_shift=timedelta(0)) | Q(rehearsal=True, clock_shift__gt=timedelta(0)),
                name="only_a_rehearsal_has_a_clock_of_its_own",
            ),
            models.CheckConstraint(condition=Q(rehearsal=False) | Q(hidden=True), name="a_rehearsal_is_hidden"),
        ]

    def __str__(self) -> str:
        return self.slug

    def now(self) -> datetime:
        """The time in this competition at this moment, in UTC; asks the database."""
        return now_in(self.pk)

    def at(self, database_time: datetime) -> datetime:
        """The time in this competition when the database's clock says so; without a query, for lists."""
        return database_time + self.clock_shift

    def is_organized_by(self, user: object) -> bool:
        """Whether the person runs this competition."""
        return Competition.objects.organized_by(user).filter(pk=self.pk).exists()

    def is_archived(self) -> bool:
        """Whether it came with an archive and the labels that its boards rest on are not here: it can only be read."""
        return self.ground_truths.filter(state="active", absent=True).exists()

    def hold_truth(self) -> None:
        """Let no version of the ground truth come or take over before this transaction ends.

        Any number of uploads may hold it at once. Whoever stages or activates a version locks the row for itself,
        so that no submission is booked unseen by a version that is to score them all.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM competition_competition WHERE id = %s FOR SHARE", [self.pk])

    def track_of(self, kind: str) -> "Track | None":
        """The track of that kind, whatever a caller sends for one."""
        return next((track for track in self.tracks.all() if track.kind == kind), None)

    def phase_of(self, key: str) -> "Phase | None":
        """The phase of that key, whatever a caller sends for one."""
        return next((phase for phase in self.phases.all() if phase.key == key), None)

    def tells_what_counts(self) -> bool:
        """Whether it is told which labels count and how many: not while any of its phases holds scores.

        Its boards are about the same labels, so that what one phase told would be known in all.
        """
        return not any(phase.holds for phase in self.phases.all())

    def current_terms(self) -> "Terms | None":
        """The version of the terms that must be accepted now; None where there are none."""
        return self.terms.order_by("-id").first()


class Manifest(models.Model):
    """The public list of a competition's test images, as the CSV that participants download."""

    competition = models.OneToOneField(Competition, models.CASCADE, primary_key=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    images = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(images__gt=0), name="a_manifest_has_images"),
        ]

    def __str__(self) -> str:
        return f"{self.images} images of {self.competition_id}"


class Terms(models.Model):
    """One version of a competition's data use agreement; never changed, only followed by another version."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="terms")
    version = models.CharField(max_length=40)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["competition", "version"], name="one_text_per_version_of_the_terms"),
        ]

    def __str__(self) -> str:
        return f"{self.competition_id} terms {self.version}"
