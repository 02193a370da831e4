"""Once a phase is closed and scored it is written down which submissions stand on its final board, once and for all.

A later ground truth changes what they score, never which they are.
"""

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.db import transaction

from competition.clock import sql_now
from competition.models import Evaluation, GroundTruth, Part, Phase, Shows, Submission, Track, now_in
from competition.operations.declared import undeclared
from competition.operations.publish import request_publication
from competition.operations.stand import shown_best
from competition.operations.standings import standings
from competition.operations.write_letters import members_of, write_letters

GRACE = timedelta(seconds=60)
"""An upload that arrived just before the close is still being checked and booked for so long."""


def phases_to_freeze(**of: Any) -> list[Phase]:
    """The closed phases (such as those `competition=…`) whose picks are due to be frozen."""
    due = Phase.objects.filter(picks_frozen_at__isnull=True, closes_at__lt=sql_now("competition") - GRACE, **of)
    return [phase for phase in due if not waits_for_scores(phase)]


def waits_for_scores(phase: Phase) -> bool:
    """Whether a submission of the phase has still to be scored against the labels that the boards show."""
    return Evaluation.objects.current().unfinished().filter(submission__phase=phase, submission__late=False).exists()


@transaction.atomic
def freeze_picks(phase: Phase) -> bool:
    """What each team has chosen; of a team that has chosen nothing its best submissions as the board showed them.

    False where they are frozen already, or can't be yet. Safe to call at any time.
    """
    phase = Phase.objects.select_for_update(no_key=True).get(pk=phase.pk)
    truth = GroundTruth.objects.active().filter(competition=phase.competition_id).first()
    now = now_in(phase.competition_id)
    if phase.picks_frozen_at is not None or truth is None or now < phase.closes_at or waits_for_scores(phase):
        return False
    for track in phase.competition.tracks.all():
        picks = _picks(phase, track, truth)
        Submission.objects.filter(pk__in=picks).update(picked_at=now)
        if picks and (phase.revealed_at or phase.shows == Shows.PRIVATE):
            request_publication(phase, track)
    Phase.objects.filter(pk=phase.pk).update(picks_frozen_at=now)
    _ask_for_declarations(phase)
    return True


def _ask_for_declarations(phase: Phase) -> None:
    """Tell each team for which something stands that it has not declared anything for."""
    teams = {submission.team_id for submission in undeclared(phase)}
    told = (
        f"What stands for your team on the final board of {phase.title} was taken by the rule for teams that have "
        "chosen nothing, and has no declaration. Declare on its page which external data and pretrained models it "
        "rests on, or that there are none: without that it is not verified and wins no prize."
    )
    write_letters(phase.competition, members_of(*teams), "declare external data and models", told)


def free_picks(phase: Phase) -> None:
    """A closed phase opens again: teams choose anew, and what stands for them is frozen after the new close."""
    Phase.every.filter(pk=phase.pk).update(picks_frozen_at=None)
    Submission.objects.filter(phase=phase, picked_at__isnull=False).update(picked_at=None)


def _picks(phase: Phase, track: Track, truth: GroundTruth) -> list[str]:
    """A choice stands even where it is disqualified now, since that may be taken back."""
    chosen = Submission.objects.filter(phase=phase, track=track, selected_at__isnull=False, withdrawn_at__isnull=True)
    picks = list(chosen.values_list("team_id", "pk"))
    have_chosen = {team_id for team_id, _ in picks}
    of_phase = standings(phase, track, truth, Part.PUBLIC)
    for team_id, group in groupby(of_phase, key=lambda standing: standing.team_id):
        if team_id not in have_chosen:
            best = shown_best(list(group), phase)
            picks += [(team_id, standing.submission_id) for standing in best[: phase.most_selected]]
    return [str(pk) for _, pk in picks]
