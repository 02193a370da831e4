"""Where a submission's team stands on the board, and with which submission; from the published board alone."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from competition.models import Submission
from competition.operations.board_snapshots import snapshot
from competition.web.board_choice import Choice
from competition.web.drawn_board import anchor_of, entries_of


@dataclass(frozen=True)
class Standing:
    """The row of a team. `query`: what follows the board's address so that the row is in sight."""

    entry: dict[str, Any]
    tied: bool
    teams: int
    """How many have a rank."""
    query: str
    is_this: bool
    """Whether the team stands there with the submission that was asked about."""
    other: Submission | None
    """With which it stands otherwise; None where that is off the board by now, which the next version will tell."""


def standing_of(submission: Submission) -> Standing | None:
    """None where the newest board has no row of the team, or one of a submission that has been taken off it since."""
    board = snapshot(submission.phase, submission.track)
    entries = [] if board is None else entries_of(board)
    place = next((place for place, entry in enumerate(entries) if entry["team"] == submission.team.name), None)
    if board is None or place is None:
        return None
    entry = entries[place]
    came = datetime.fromisoformat(entry["submitted_at"])
    is_this = came == submission.received_at
    if is_this and (submission.late or submission.withdrawn_at or submission.disqualified_at):
        return None
    ranks = Counter(one["rank"] for one in entries if one["rank"] is not None)
    return Standing(
        entry=entry,
        tied=ranks[entry["rank"]] > 1,
        teams=ranks.total(),
        query=_query(submission, entries, place),
        is_this=is_this,
        other=None if is_this else _received(submission, came),
    )


def _query(submission: Submission, entries: list[dict[str, Any]], place: int) -> str:
    choice = Choice(kept=(("phase", submission.phase.key),))
    page = choice.page_of(place, choice.pages_of(len(entries)))
    return f"{choice.query(page=page)}#{anchor_of(entries[place]['team'])}"


def _received(submission: Submission, came: datetime) -> Submission | None:
    """The team's submission of that instant, which is told to the microsecond."""
    same = Submission.objects.ranked().filter(
        team=submission.team_id, phase=submission.phase_id, track=submission.track_id
    )
    return same.filter(received_at=came).first()
