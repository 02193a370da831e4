"""An organizer announces the awards of a phase and track: one version at one instant, which never changes."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Invalid
from competition.models import Award, Awards, Phase, Results, Track, User
from competition.operations.audit import write_down
from competition.operations.propose_awards import Proposal, brackets_of, propose_awards
from competition.operations.publishing_results import words_on_publishing
from competition.operations.reason import reason_kept
from competition.operations.write_letters import everybody_in, members_of, write_letters


@transaction.atomic
def announce_awards(phase: Phase, track: Track, *, organizer: User, reason: str = "") -> Awards:
    """What is proposed now becomes the version that counts; after the first one with the reason for the change."""
    phase = Phase.objects.select_for_update(no_key=True).select_related("competition").get(pk=phase.pk)
    latest = Awards.objects.latest_of(phase, track)
    proposal = propose_awards(phase, track)
    _refuse_what_is_not_ready(phase, track, proposal)
    if proposal.is_as_announced(latest):
        raise Conflict("nothing_new", _("The awards are announced already, and nothing has changed since."))
    reason = reason_kept(reason)
    if latest is not None and not reason:
        raise Invalid("reason_missing", _("Say why the awards change; everybody reads it."), field="reason")
    awards = Awards.objects.create(
        phase=phase,
        track=track,
        version=1 if latest is None else latest.version + 1,
        board=proposal.board,
        reason=reason,
        notes=proposal.notes,
        announced_at=phase.competition.now(),
        announced_by=organizer,
    )
    Award.objects.bulk_create(_rows_for(awards, proposal))
    _write_down_and_tell(awards, proposal, organizer)
    return awards


def _refuse_what_is_not_ready(phase: Phase, track: Track, proposal: Proposal) -> None:
    if not brackets_of(phase, track).exists():
        raise Conflict("no_brackets", _("This competition has no prizes for this phase and track."))
    if phase.results == Results.PROVISIONAL:
        raise Conflict("not_verified", _("The results are provisional; verify them before you announce awards."))
    if proposal.waiting:
        teams = ", ".join(sorted({claim.team.name for claim in proposal.waiting})[:5])
        raise Conflict(
            "claims_waiting", _("Claims that could change who wins wait for you: {teams}.").format(teams=teams)
        )


def _rows_for(awards: Awards, proposal: Proposal) -> list[Award]:
    """The rows of a version, not saved yet."""
    return [
        Award(
            awards=awards,
            bracket=won.bracket.key,
            bracket_title=won.bracket.title,
            order=won.bracket.order,
            place=won.place,
            prize=won.prize,
            team_id=won.winner.team_id,
            team_name=won.winner.team,
            rank=won.winner.rank,
            score=won.winner.score,
            submitted_at=won.winner.submitted_at,
            tied_with=won.tied_with,
        )
        for won in proposal.won
    ]


def _write_down_and_tell(awards: Awards, proposal: Proposal, organizer: User) -> None:
    competition, phase, track = awards.phase.competition, awards.phase, awards.track
    winners = {f"{won.bracket.key} {won.place}": won.winner.team for won in proposal.won}
    facts = {"version": awards.version, "board": awards.board.version, "winners": winners}
    write_down(competition, organizer, "announce_awards", f"{phase.key} {track.kind}", reason=awards.reason, **facts)
    for won in proposal.won:
        told = f"Your team has won “{won.prize}” ({won.bracket.title}) in {phase.title}. You may decline it."
        write_letters(competition, members_of(won.winner.team_id), "your team has won a prize", told)
    told = f"The awards of {phase.title}, {track.get_kind_display().lower()}, are on the competition's page “Awards”."
    told += f" They have changed: {awards.reason}" if awards.reason else ""
    told += words_on_publishing(competition)
    write_letters(competition, everybody_in(competition), "the awards are announced", told)
