"""What the awards of a phase and track would be now: prizes by rank on the final board, bracket by bracket.

Brackets are awarded in their order. In each one the teams are gone through as the final board lists them; of equal
ranks the one comes first whose submission was received earlier. A team that has won before, declines, has a
disqualified submission there or declares nothing where it must is passed over, and the next one moves up.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from competition.errors import Conflict
from competition.models import (
    Awards,
    Board,
    Bracket,
    Claim,
    ClaimState,
    Decline,
    Phase,
    PublishRequest,
    Submission,
    Team,
    Track,
)
from competition.operations.declared import undeclared

NOBODY = "not awarded: no eligible team is left"


@dataclass(frozen=True)
class Candidate:
    """A ranked row of the final board."""

    team_id: int
    team: str
    rank: int
    score: float
    submitted_at: datetime


@dataclass(frozen=True)
class Won:
    """One prize and who would win it."""

    bracket: Bracket
    place: int
    prize: str
    winner: Candidate
    tied_with: list[str]
    """Teams of the same rank that come after it, since their submissions were received later."""

    def key(self) -> tuple[str, int, str, int]:
        """What has to be the same for nothing to have changed."""
        return self.bracket.key, self.place, self.prize, self.winner.team_id


@dataclass(frozen=True)
class Proposal:
    """All prizes of a phase and track, why teams were passed over, and what an organizer has to decide before."""

    board: Board
    won: list[Won] = field(default_factory=list)
    notes: list[dict[str, object]] = field(default_factory=list)
    """{"bracket", "prize", "team", "rank", "why"}."""
    waiting: list[Claim] = field(default_factory=list)
    """Claims that could change who wins."""

    def is_as_announced(self, latest: Awards | None) -> bool:
        """Whether the newest version says the same."""
        if latest is None:
            return False
        rows = latest.rows.values_list("bracket", "place", "prize", "team_id")
        return set(rows) == {won.key() for won in self.won}


@dataclass(frozen=True)
class _Grounds:
    """What is known of the teams: by team, why it is passed over everywhere; by bracket, who declines and claims."""

    everywhere: dict[int, str]
    declines: set[tuple[int, int]]
    claims: dict[tuple[int, int], Claim]


def propose_awards(phase: Phase, track: Track) -> Proposal:
    """Compute it from the final board; refuses before that is published and while a newer one is on its way."""
    board = Board.objects.latest_of(phase, track)
    if phase.revealed_at is None or board is None:
        raise Conflict("not_published", _("Awards follow from the final board; publish it first."))
    if PublishRequest.objects.filter(phase=phase, track=track).exists():
        raise Conflict("board_pending", _("The board is being published; try again in a few seconds."))
    proposal, grounds = Proposal(board), _grounds(phase, track)
    candidates = _candidates(board)
    won_in: dict[int, str] = {}
    for bracket in brackets_of(phase, track):
        line = _line(bracket, candidates, grounds, won_in, proposal)
        for place, prize in enumerate(bracket.prizes, start=1):
            if place > len(line):
                proposal.notes.append(_note(bracket, prize, None, NOBODY))
                continue
            winner = line[place - 1]
            tied = [other.team for other in line[place:] if other.rank == winner.rank]
            proposal.won.append(Won(bracket, place, prize, winner, tied))
            won_in[winner.team_id] = bracket.title
    return proposal


def brackets_of(phase: Phase, track: Track) -> QuerySet[Bracket]:
    """In the order in which they are awarded."""
    return Bracket.objects.filter(phase=phase, track=track).order_by("order")


def _line(
    bracket: Bracket, candidates: list[Candidate], grounds: _Grounds, won_in: dict[int, str], proposal: Proposal
) -> list[Candidate]:
    """Who can win here, in order, as far as prizes go and one rank further; notes who is passed over on the way."""
    line: list[Candidate] = []
    for candidate in candidates:
        if len(line) >= len(bracket.prizes) and candidate.rank != line[-1].rank:
            break
        claim = grounds.claims.get((candidate.team_id, bracket.pk))
        eligible = not bracket.eligibility or (claim is not None and claim.state == ClaimState.CONFIRMED)
        why, decides = _why_passed_over(candidate, bracket, grounds, won_in), len(line) < len(bracket.prizes)
        if eligible and not why:
            line.append(candidate)
        elif eligible and decides:
            proposal.notes.append(_note(bracket, "", candidate, why))
        elif claim is not None and claim.state == ClaimState.WAITING and decides and not why:
            proposal.waiting.append(claim)
    return line


def _why_passed_over(candidate: Candidate, bracket: Bracket, grounds: _Grounds, won_in: dict[int, str]) -> str:
    if candidate.team_id in won_in:
        return f"has won in “{won_in[candidate.team_id]}”"
    if (candidate.team_id, bracket.pk) in grounds.declines:
        return "declines"
    return grounds.everywhere.get(candidate.team_id, "")


def _grounds(phase: Phase, track: Track) -> _Grounds:
    off = Submission.objects.filter(phase=phase, track=track, disqualified_at__isnull=False)
    everywhere = dict.fromkeys((row.team_id for row in undeclared(phase, track)), "declares nothing")
    everywhere |= dict.fromkeys(off.values_list("team_id", flat=True), "has a disqualified submission")
    declines = Decline.objects.filter(bracket__in=brackets_of(phase, track), withdrawn_at=None)
    claims = Claim.objects.filter(bracket__in=brackets_of(phase, track)).select_related("team", "bracket")
    return _Grounds(
        everywhere=everywhere,
        declines=set(declines.values_list("team_id", "bracket_id")),
        claims={(claim.team_id, claim.bracket_id): claim for claim in claims},
    )


def _candidates(board: Board) -> list[Candidate]:
    """The ranked rows as the board lists them: by score, and of equal ones the earlier received first."""
    ids = dict(Team.objects.filter(competition=board.phase.competition_id).values_list("name", "pk"))
    return [
        Candidate(
            team_id=ids[entry["team"]],
            team=entry["team"],
            rank=entry["rank"],
            score=entry["score"],
            submitted_at=datetime.fromisoformat(entry["submitted_at"]),
        )
        for entry in board.entries
        if entry["rank"] is not None
    ]


def _note(bracket: Bracket, prize: str, candidate: Candidate | None, why: str) -> dict[str, object]:
    return {
        "bracket": bracket.key,
        "prize": prize,
        "team": candidate and candidate.team,
        "rank": candidate and candidate.rank,
        "why": why,
    }
