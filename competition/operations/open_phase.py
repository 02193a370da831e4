"""An organizer opens a draft phase by hand, once nothing on its checklist stands in the way."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from competition import queue
from competition.clock import database_now
from competition.errors import Conflict
from competition.models import Competition, GroundTruth, LaunchCheck, Phase, User
from competition.operations.audit import write_down

PATIENCE = timedelta(minutes=10)
"""After so long without an answer another check may be asked for."""


@dataclass(frozen=True)
class Line:
    """One line of the checklist. `passed` is None where a worker has not answered yet."""

    check: str
    passed: bool | None
    blocks: bool
    track: str = ""


@transaction.atomic
def request_launch_check(competition: Competition, *, organizer: User) -> LaunchCheck:
    """Have a worker score files made from the labels that the boards show. One that is under way is not repeated."""
    Competition.objects.select_for_update(no_key=True).get(pk=competition.pk)
    latest = LaunchCheck.objects.latest_of(competition)
    if latest is not None and latest.finished_at is None and database_now() - latest.requested_at < PATIENCE:
        return latest
    truth = GroundTruth.objects.active().filter(competition=competition).first()
    if truth is None:
        raise Conflict("no_truth", _("No labels have been loaded yet; nothing can be checked before they are."))
    check = LaunchCheck.objects.create(competition=competition, ground_truth=truth, requested_by=organizer)
    transaction.on_commit(partial(queue.ring_for_launch_check, check.pk), robust=True)
    return check


def checklist(phase: Phase) -> list[Line]:
    """All that is looked at before a draft is opened: its dates and terms now, the rest by a worker."""
    check = LaunchCheck.objects.latest_of(phase.competition)
    done = check is not None and check.finished_at is not None
    by_worker = [Line(**line) for line in check.results] if done else [Line("made_files", None, blocks=True)]
    return [
        Line("dates", phase.closes_at > phase.competition.now(), blocks=True),
        Line("terms", phase.competition.current_terms() is not None, blocks=False),
        *by_worker,
    ]


@transaction.atomic
def open_phase(phase: Phase, *, organizer: User) -> Phase:
    """From now on participants see it, and it follows its dates. Safe to call twice."""
    phase = Phase.every.select_for_update(no_key=True).get(pk=phase.pk)
    if not phase.draft:
        return phase
    in_the_way = [line for line in checklist(phase) if line.blocks and not line.passed]
    if in_the_way:
        names = ", ".join(sorted({line.check for line in in_the_way}))
        raise Conflict("not_ready", _("The checklist of this phase is not passed: {names}.").format(names=names))
    Phase.every.filter(pk=phase.pk).update(draft=False)
    warnings = [line.check for line in checklist(phase) if not line.passed]
    write_down(phase.competition, organizer, "open_phase", phase.key, warnings=warnings)
    phase.refresh_from_db()
    return phase
