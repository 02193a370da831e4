"""Teams are told that all was scored again, with the rank that they had on each board and the one they have now."""

from collections import defaultdict

from competition.models import Board, Competition, GroundTruth, Membership, Submission
from competition.operations.write_letters import members_of, write_letters

Ranks = dict[tuple[str, str], dict[str, int | None]]
"""(phase's title, track) → team → its rank, as the public reads it; None for a baseline."""


def ranks_shown(competition: Competition) -> Ranks:
    """Of the newest boards."""
    boards = Board.objects.filter(phase__competition=competition).newest().select_related("phase", "track")
    return {
        (board.phase.title, board.track.kind): {entry["team"]: entry["rank"] for entry in board.entries}
        for board in boards
    }


def tell_ranks(truth: GroundTruth, before: Ranks) -> None:
    """A letter to everybody whose team has handed in."""
    lines = _lines(before, ranks_shown(truth.competition))
    teams = Submission.objects.filter(team__competition=truth.competition_id).values("team")
    members = Membership.objects.filter(team__in=teams).select_related("team")
    reason = f"\n\nThe organizers' reason: {truth.reason}" if truth.reason else ""
    for team in {member.team for member in members}:
        ranks = "".join(f"\n- {line}" for line in lines[team.name])
        write_letters(
            truth.competition,
            members_of(team),
            "all submissions were scored again",
            f"Version {truth.version} of the ground truth is in force. All submissions were scored against it, and all "
            f"boards have switched to it at once. {_stands(ranks)}{reason}",
        )


def _stands(ranks: str) -> str:
    return f"Your team's ranks, before and now:\n{ranks}" if ranks else "Look at where your team stands now."


def _lines(before: Ranks, after: Ranks) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = defaultdict(list)
    for (phase, track), now in after.items():
        then = before.get((phase, track), {})
        for team in {**then, **now}:
            lines[team].append(f"{phase}, {track}: {_rank(then.get(team))} → {_rank(now.get(team))}")
    return lines


def _rank(rank: int | None) -> str:
    return "not ranked" if rank is None else f"rank {rank}"
