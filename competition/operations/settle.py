"""Published results go from provisional to verified to final; meanwhile teams may object for some days."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Invalid
from competition.lifecycle import RESULTS_FOLLOWS
from competition.models import Phase, Results, User, now_in
from competition.operations.audit import write_down
from competition.operations.declared import names_of, undeclared
from competition.operations.write_letters import everybody_in, write_letters

LONGEST_WINDOW = 365


@transaction.atomic
def open_appeals(phase: Phase, *, organizer: User, days: int) -> Phase:
    """Teams may object for so many days from now; a window that is told is made longer, never shorter."""
    phase = _published(phase)
    if not 1 <= days <= LONGEST_WINDOW:
        raise Invalid(
            "bad_window",
            _("An appeal window has 1 to {longest_window} days.").format(longest_window=LONGEST_WINDOW),
            field="days",
        )
    until = now_in(phase.competition_id) + timedelta(days=days)
    if phase.appeals_until is not None and until <= phase.appeals_until:
        raise Invalid(
            "not_later",
            _("Teams may object until {appeals_until} UTC.").format(
                appeals_until=f"{phase.appeals_until:%Y-%m-%d %H:%M}"
            ),
            field="days",
        )
    if phase.results == Results.FINAL:
        raise Conflict("results_final", _("The results are final."))
    Phase.objects.filter(pk=phase.pk).update(appeals_until=until)
    write_down(phase.competition, organizer, "open_appeals", phase.key, until=until.isoformat())
    told = f"Until {until:%Y-%m-%d %H:%M} UTC you may object to the results of {phase.title}; tell the organizers."
    write_letters(phase.competition, everybody_in(phase.competition), "you may object to the results", told)
    phase.refresh_from_db()
    return phase


@transaction.atomic
def settle(phase: Phase, *, organizer: User, results: str, reason: str, leave_undeclared: bool = False) -> Phase:
    """Take the next step, or go back from verified to provisional. Final once verified and the appeals are over.

    leave_undeclared: verify the others where some submissions that stand have no declaration; the board names those.
    """
    phase = _published(phase)
    if not reason.strip():
        raise Invalid("reason_missing", _("Say what it rests on, such as code that was run again."), field="reason")
    if results not in Results.values:
        raise Invalid(
            "unknown_results",
            _("Results are one of: {values}.").format(values=", ".join(Results.values)),
            field="results",
        )
    if results not in RESULTS_FOLLOWS[phase.results]:
        raise Conflict(
            "no_such_step",
            _("Results that are {results} can't become {results_2}.").format(results=phase.results, results_2=results),
        )
    appeals_run = phase.appeals_until is not None and now_in(phase.competition_id) < phase.appeals_until
    if results == Results.FINAL and appeals_run:
        raise Conflict(
            "appeals_open",
            _("Teams may object until {appeals_until} UTC.").format(
                appeals_until=f"{phase.appeals_until:%Y-%m-%d %H:%M}"
            ),
        )
    facts = _left_unverified(phase, leave_undeclared) if results == Results.VERIFIED else {}
    Phase.objects.filter(pk=phase.pk).update(results=results)
    write_down(
        phase.competition, organizer, "settle_results", phase.key, reason=reason.strip(), results=results, **facts
    )
    told = f"The results of {phase.title} are {results} now. The organizers say: {reason.strip()}"
    write_letters(phase.competition, everybody_in(phase.competition), f"the results are {results}", told)
    phase.refresh_from_db()
    return phase


def _left_unverified(phase: Phase, leave_undeclared: bool) -> dict[str, object]:
    """What stands without a declaration can't be verified: name it, or refuse."""
    without = undeclared(phase)
    if without and not leave_undeclared:
        raise Conflict(
            "not_declared",
            _(
                "Nothing is declared for {without} of the submissions that stand on the final board, "
                "by {without_2}. Ask these teams to declare; or verify the others and leave them out "
                "(“leave_undeclared”)."
            ).format(without=len(without), without_2=names_of(without)),
        )
    return {"not_verified": sorted({submission.team.name for submission in without})} if without else {}


def _published(phase: Phase) -> Phase:
    phase = Phase.objects.select_for_update(no_key=True).get(pk=phase.pk)
    if phase.revealed_at is None:
        raise Conflict("not_published", _("Publish the final board first."))
    return phase
