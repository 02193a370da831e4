"""Organizers decide on reported errors, and tell all the teams concerned at one instant.

A decision tells nobody anything; it can be changed until the batch is published. Each outcome has one fixed sentence,
so that an answer says nothing of a label but what the outcome is. Where a phase shows a held score only, labels are
kept from being probed until its close: until then no batch is published.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Invalid
from competition.models import Competition, Detail, ErrataBatch, ErratumReport, GroundTruth, Outcome, Phase, User
from competition.operations.audit import write_down
from competition.operations.write_letters import members_of, write_letters

SENTENCES = {
    Outcome.ACCEPTED: "accepted; it is corrected with the next version of the ground truth.",
    Outcome.DECLINED: "looked at; the labels stay as they are.",
    Outcome.DUPLICATE: "reported already; the answer to that report is in the errata log.",
}


@transaction.atomic
def decide_errata(
    competition: Competition, *, organizer: User, outcome: str, reports: Iterable[Any] = (), image_id: str = ""
) -> list[ErratumReport]:
    """Write down an outcome for these reports, or for all of an image that are not answered yet."""
    if outcome not in Outcome.values:
        raise Invalid(
            "bad_outcome",
            _("The outcome is one of: {values}.").format(values=", ".join(Outcome.values)),
            field="outcome",
        )
    open_ones = ErratumReport.objects.unanswered().filter(competition=competition)
    asked = list(reports)
    chosen = open_ones.filter(pk__in=asked) if asked else open_ones.filter(image_id=image_id)
    found = list(chosen.select_for_update(of=("self",), no_key=True))
    if not found or len(found) < len(set(asked)):
        raise Invalid("unknown_report", _("There is no such report, or it is answered already."), field="reports")
    chosen.update(outcome=outcome, decided_by=organizer, decided_at=competition.now())
    images = sorted({report.image_id for report in found})
    write_down(competition, organizer, "decide_errata", outcome, reports=len(found), images=images)
    return list(ErratumReport.objects.filter(pk__in=[report.pk for report in found]))


@transaction.atomic
def publish_errata(competition: Competition, *, organizer: User, version: int | None = None) -> ErrataBatch:
    """Tell every team concerned what has been decided since the last batch, in the errata log and by letter.

    version: of the ground truth that corrects what was accepted, where there is one already.
    """
    Competition.objects.select_for_update(no_key=True).get(pk=competition.pk)
    refuse_while_scores_are_held(competition)
    truth = None if version is None else _truth_of(competition, version)
    decided = ErratumReport.objects.decided().filter(competition=competition)
    if not decided.exists():
        raise Conflict("nothing_decided", _("No report has been decided on since the last batch."))
    batch = ErrataBatch.objects.create(
        competition=competition,
        number=competition.errata_batches.count() + 1,
        ground_truth=truth,
        published_by=organizer,
        published_at=competition.now(),
    )
    decided.update(batch=batch)
    told = _tell(batch)
    write_down(competition, organizer, "publish_errata", batch.number, reports=told, ground_truth=version)
    return batch


@transaction.atomic
def link_errata(batch: ErrataBatch, *, organizer: User, version: int) -> ErrataBatch:
    """Say which version of the ground truth corrects what was accepted in the batch."""
    batch.ground_truth = _truth_of(batch.competition, version)
    batch.save(update_fields=["ground_truth"])
    write_down(batch.competition, organizer, "link_errata", batch.number, ground_truth=version)
    return batch


def held_by(competition: Competition) -> Phase | None:
    """The phase whose labels must still be kept from being probed and that closes last, if any."""
    now = competition.now()
    held = Phase.objects.filter(competition=competition, detail=Detail.COMPOSITE, closes_at__gt=now)
    return held.order_by("-closes_at").first()


def refuse_while_scores_are_held(competition: Competition) -> None:
    """Say no until the last phase with held scores has closed."""
    phase = held_by(competition)
    if phase is not None:
        raise Conflict(
            "answers_held",
            _(
                "{phase} holds its scores until {closes_at} UTC so that labels can't be found out; "
                "answers wait for that. Decide now, and publish then."
            ).format(phase=phase.title, closes_at=f"{phase.closes_at:%Y-%m-%d %H:%M}"),
        )


def _truth_of(competition: Competition, version: int) -> GroundTruth:
    truth = competition.ground_truths.filter(version=version, dropped_at=None).first()
    if truth is None:
        raise Invalid("unknown_version", _("There is no such version of the ground truth."), field="version")
    return truth


def _tell(batch: ErrataBatch) -> int:
    """A letter to the members of each team, as it is now; returns how many reports are answered."""
    by_team: dict[int, list[ErratumReport]] = {}
    for report in batch.reports.order_by("reported_at", "pk"):
        by_team.setdefault(report.team_id, []).append(report)
    for team, reports in by_team.items():
        lines = [f"- {_named(report)}: {SENTENCES[Outcome(report.outcome)]}" for report in reports]
        text = "The organizers have answered what your team has reported:\n\n" + "\n".join(lines)
        write_letters(batch.competition, members_of(team), "answers to reported errors", text)
    return sum(len(reports) for reports in by_team.values())


def _named(report: ErratumReport) -> str:
    return f"{report.image_id}, {report.label}" if report.label else report.image_id
