"""Boards in an archive: every version of each, and the table that challengeR reads."""

from collections.abc import Iterator
from itertools import groupby

import numpy as np

from competition.models import Board, Competition, GroundTruth, Part, Phase, Score, Shows, Split, Track
from competition.operations.archive_rows import Row, as_csv, as_lines
from competition.operations.board_rows import COLUMNS, as_row
from competition.operations.stand import best_of, picks_of
from competition.operations.standings import Standing, standings
from competition.operations.zip_stream import Member

FACTS = ("version", "published_at", "metric", "metric_version", "detail", "shows", "etag")
ENTRY = (*COLUMNS, "separable_from_above", "separable_from_first", "public_rank")
BOARD_COLUMNS = (*FACTS, "ground_truth", *ENTRY)
LONG_COLUMNS = ("task", "algorithm", "case", "value")


def board_members(competition: Competition) -> Iterator[Member]:
    """By phase and track: all versions as CSV and JSON, and the resamples of who stands now."""
    for phase in Phase.every.filter(competition=competition).order_by("pk"):
        for track in competition.tracks.order_by("pk"):
            yield from _of_one(phase, track)


def _of_one(phase: Phase, track: Track) -> Iterator[Member]:
    name = f"{phase.key}-{track.kind}"
    yield Member(f"boards/{name}.csv", lambda: as_csv(BOARD_COLUMNS, _rows(phase, track)))
    yield Member(f"boards/{name}.jsonl", lambda: as_lines(_boards(phase, track)))
    for part in (Part.PUBLIC, Part.PRIVATE) if _is_split(phase) else (Part.PUBLIC,):
        yield Member(
            f"challenger/{name}-{part.value}.csv",
            lambda part=part: as_csv(LONG_COLUMNS, _resamples(phase, track, part.value)),
        )


def _boards(phase: Phase, track: Track) -> Iterator[Row]:
    boards = Board.objects.filter(phase=phase, track=track).select_related("ground_truth").order_by("version")
    for board in boards.iterator(chunk_size=50):
        facts = {name: getattr(board, name) for name in FACTS}
        of = {"phase": phase.key, "track": track.kind, "ground_truth": board.ground_truth.version}
        yield {**of, **facts, "entries": board.entries}


def _rows(phase: Phase, track: Track) -> Iterator[Row]:
    for board in _boards(phase, track):
        for entry in board.pop("entries"):
            row = as_row(entry)
            yield {**board, **{column: row.get(column) for column in ENTRY}}


def _resamples(phase: Phase, track: Track, part: str) -> Iterator[Row]:
    """The score of each team's standing submission on each resample; a case is a resample, never an image."""
    for standing in standing_of(phase, track, part):
        packed = Score.objects.values_list("replicates", flat=True).get(pk=standing.score_id)
        for number, value in enumerate(np.frombuffer(bytes(packed), dtype="<f4").tolist(), start=1):
            yield {
                "task": f"{track.kind}, {part} part",
                "algorithm": standing.team,
                "case": f"resample {number}",
                "value": round(value, 6),
            }


def standing_of(phase: Phase, track: Track, part: str) -> Iterator[Standing]:
    """Of each team what stands: its picks once they decide, and its best measured submission until then."""
    truth = GroundTruth.objects.active().filter(competition=track.competition_id).first()
    if truth is None:
        return
    on_board = [standing for standing in standings(phase, track, truth, part) if not standing.withdrawn]
    decided = phase.picks_frozen_at is not None or phase.shows == Shows.PRIVATE
    for _, team in groupby(on_board, key=lambda standing: standing.team_id):
        candidates = list(team)
        chosen = picks_of(candidates, phase) if decided else candidates
        if chosen:
            yield best_of(chosen)


def _is_split(phase: Phase) -> bool:
    return Split.objects.filter(competition=phase.competition_id).exists()
