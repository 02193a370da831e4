"""An organizer publishes a phase's final board: the private part, once the phase is closed."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict
from competition.models import Phase, Shows, Split, User, now_in
from competition.operations.audit import write_down
from competition.operations.freeze_picks import freeze_picks, waits_for_scores
from competition.operations.publish import request_publication
from competition.operations.publishing_results import words_on_publishing
from competition.operations.write_letters import everybody_in, write_letters


def phases_to_publish() -> list[Phase]:
    """Those that publish their final boards themselves, now that it is written down what stands on them."""
    return list(Phase.objects.filter(publishes_itself=True, revealed_at=None, picks_frozen_at__isnull=False))


@transaction.atomic
def reveal(phase: Phase, *, organizer: User | None) -> Phase:
    """Show the private part (all images where there is no split) in full, with what the teams have selected.

    Only what is shown changes; nothing is scored again. What stands for each team is frozen now at the latest. Safe to
    call twice. No organizer: the phase publishes itself.
    """
    phase = Phase.objects.select_for_update(no_key=True).get(pk=phase.pk)
    now = now_in(phase.competition_id)
    if now < phase.closes_at:
        raise Conflict(
            "phase_open",
            _("The phase closes at {closes_at} UTC; publish it then.").format(
                closes_at=f"{phase.closes_at:%Y-%m-%d %H:%M}"
            ),
        )
    if phase.revealed_at is None and waits_for_scores(phase):
        raise Conflict("not_all_scored", _("Submissions of this phase are still being scored; publish it after that."))
    freeze_picks(phase)
    split = Split.objects.filter(competition=phase.competition_id).exists()
    shows = Shows.PRIVATE if split else Shows.PUBLIC
    if Phase.objects.filter(pk=phase.pk, revealed_at__isnull=True).update(shows=shows, revealed_at=now):
        write_down(phase.competition, organizer, "publish_phase", phase.key, shows=str(shows))
        told = f"The final board of {phase.title} is published. Its results are provisional until they are verified."
        told += words_on_publishing(phase.competition)
        write_letters(phase.competition, everybody_in(phase.competition), "the final board is published", told)
    for track in phase.competition.tracks.all():
        request_publication(phase, track)
    phase.refresh_from_db()
    return phase
