"""What is told of errata: to everybody the log of batches, to a team its own reports, to organizers the queue."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, QuerySet

from competition.models import Competition, ErrataBatch, ErratumReport, Outcome, Team
from competition.operations.answer_errata import SENTENCES


@dataclass(frozen=True)
class LogEntry:
    """One batch, as everybody reads it. `images`: those that are corrected; None before all phases have closed."""

    number: int
    published_at: datetime
    accepted: int
    declined: int
    duplicates: int
    images_accepted: int
    version: int | None
    in_force_at: datetime | None
    """When the version that corrects them took over."""
    images: list[str] | None


@dataclass
class ReportedImage:
    """All that is not answered yet about one image, oldest report first."""

    image_id: str
    reports: list[ErratumReport] = field(default_factory=list)

    @property
    def teams(self) -> int:
        """How many teams have reported it."""
        return len({report.team_id for report in self.reports})


def errata_log(competition: Competition) -> list[LogEntry]:
    """Every published batch, the newest first."""
    tells_images = not competition.phases.filter(closes_at__gt=competition.now()).exists()
    batches = competition.errata_batches.select_related("ground_truth").order_by("-number")
    return [_entry(batch, tells_images=tells_images) for batch in batches]


def _entry(batch: ErrataBatch, *, tells_images: bool) -> LogEntry:
    reports = batch.reports.order_by()
    counts = dict(reports.values("outcome").annotate(count=Count("pk")).values_list("outcome", "count"))
    accepted = reports.filter(outcome=Outcome.ACCEPTED).values_list("image_id", flat=True)
    images, truth = sorted(set(accepted)), batch.ground_truth
    return LogEntry(
        number=batch.number,
        published_at=batch.published_at,
        accepted=counts.get(Outcome.ACCEPTED, 0),
        declined=counts.get(Outcome.DECLINED, 0),
        duplicates=counts.get(Outcome.DUPLICATE, 0),
        images_accepted=len(images),
        version=truth and truth.version,
        in_force_at=truth and truth.activated_at,
        images=images if tells_images else None,
    )


def reports_of(team: Team) -> QuerySet[ErratumReport]:
    """The team's own reports, the newest first."""
    return ErratumReport.objects.filter(team=team).select_related("reporter", "batch")


def answer_to(report: ErratumReport) -> str:
    """What the team may know of it: empty until the batch with its answer is published."""
    return "" if report.batch_id is None else SENTENCES[Outcome(report.outcome)]


def queue_of(competition: Competition) -> list[ReportedImage]:
    """What is not answered yet, by image: first what most teams have reported, then what has waited longest."""
    found: dict[str, ReportedImage] = {}
    reports = ErratumReport.objects.unanswered().filter(competition=competition).select_related("team", "reporter")
    for report in reports.order_by("reported_at", "pk"):
        found.setdefault(report.image_id, ReportedImage(report.image_id)).reports.append(report)
    return sorted(found.values(), key=lambda image: (-image.teams, image.reports[0].reported_at, image.image_id))
