"""What a new board shows of a team for the first time is noted, so that its course is drawn without the old boards."""

from competition.models import Board, PastScore, Team


def note_scores(board: Board, before: Board | None) -> None:
    """Note each score that the board before didn't show; of a board of another kind, every score.

    before: the version before this one, with its rows.
    """
    shown = {}
    if before is not None and before.is_of_the_kind_of(board):
        shown = {entry["team"]: entry["score"] for entry in before.entries}
    new = {entry["team"]: entry["score"] for entry in board.entries if shown.get(entry["team"]) != entry["score"]}
    teams = Team.objects.filter(competition=board.track.competition_id, name__in=new).values_list("pk", "name")
    PastScore.objects.bulk_create(PastScore(board=board, team_id=pk, score=new[name]) for pk, name in teams)
