"""A board is published: an immutable numbered snapshot of who stands where, counting all that is measured."""

import hashlib
import json
from datetime import datetime, timedelta

from django.db import transaction

from competition.models import (
    Board,
    Evaluation,
    GroundTruth,
    Part,
    Phase,
    PublishRequest,
    Shows,
    Split,
    Track,
    now_in,
)
from competition.operations.note_scores import note_scores
from competition.operations.stand import Rows, rows_with_best, rows_with_held, rows_with_picks
from competition.operations.standings import standings, submissions_by_team

SHORTEST_GAP = timedelta(seconds=1)


def publish_when_due(phase: Phase, track: Track) -> Board | None:
    """Publish what is new, unless a board was published within the last second: then the sweeper will.

    A board of a later time than now keeps none waiting: the database's clock was put back.
    """
    latest = Board.objects.latest_of(phase, track)
    if latest and timedelta(0) <= now_in(phase.competition_id) - latest.published_at < SHORTEST_GAP:
        return None
    return publish(phase, track)


@transaction.atomic
def publish(phase: Phase, track: Track) -> Board | None:
    """Publish a board if there is something to tell; one publication at a time for each track. Safe to call twice."""
    Track.objects.select_for_update(no_key=True).get(pk=track.pk)
    phase.refresh_from_db()
    truth = GroundTruth.objects.active().filter(competition=track.competition_id).first()
    requests = list(PublishRequest.objects.filter(phase=phase, track=track).values_list("pk", flat=True))
    measured = Evaluation.objects.ready_to_count().of_board(phase, track)
    ready = list((measured.in_turn() if phase.holds else measured).values_list("pk", flat=True))
    if truth is None or not (ready or requests):
        return None
    now = now_in(phase.competition_id)
    board = _write(phase, track, truth, now)
    Evaluation.objects.filter(pk__in=ready).update(counted_at=now)
    PublishRequest.objects.filter(pk__in=requests).delete()
    return board


def request_publication(phase: Phase, track: Track) -> None:
    """Say that a board no longer tells what the books say; the sweeper publishes it within a second or two."""
    PublishRequest.objects.bulk_create([PublishRequest(phase=phase, track=track)])


def _write(phase: Phase, track: Track, truth: GroundTruth, now: datetime) -> Board:
    latest = Board.objects.latest_of(phase, track)
    rows = rows_of(phase, track, truth)
    version = 1 if latest is None else latest.version + 1
    content = json.dumps([truth.version, version, phase.key, track.kind, rows.entries], sort_keys=True)
    board = Board.objects.create(
        phase=phase,
        track=track,
        version=version,
        ground_truth=truth,
        metric=truth.tracks.get(track=track).metric,
        metric_version=truth.metric_version,
        detail=phase.detail,
        shows=phase.shows,
        entries=rows.entries,
        steps=rows.steps,
        etag=hashlib.sha256(content.encode()).hexdigest(),
        # To the second: how long a score took is nothing that is told where labels must not be probed.
        published_at=now.replace(microsecond=0) if phase.holds else now,
    )
    note_scores(board, latest)
    return board


def rows_of(phase: Phase, track: Track, truth: GroundTruth) -> Rows:
    """The rows of a board as the books have them now."""
    if phase.shows == Shows.NOTHING:
        return Rows([], [])
    split = Split.objects.filter(competition=track.competition_id).exists()
    part = Part.PRIVATE if split and phase.shows == Shows.PRIVATE else Part.PUBLIC
    of_phase = standings(phase, track, truth, part)
    counts = submissions_by_team(phase, track, truth)
    if phase.holds:
        return rows_with_held(of_phase, counts)
    on_board = [standing for standing in of_phase if not standing.withdrawn]
    if part == Part.PUBLIC and phase.revealed_at is None:
        return rows_with_best(on_board, counts)
    return rows_with_picks(on_board, counts, phase, _public_ranks(phase, track) if part == Part.PRIVATE else None)


def _public_ranks(phase: Phase, track: Track) -> dict[str, int | None]:
    """team → its rank on the last board that was about the public part."""
    public = Board.objects.filter(shows=Shows.PUBLIC).latest_of(phase, track)
    return {entry["team"]: entry["rank"] for entry in public.entries} if public else {}
