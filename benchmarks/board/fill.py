"""A competition with many measured submissions, written in bulk: as scorers write them, but for reports."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from competition.clock import database_now
from competition.models import Board, Evaluation, GroundTruth, Membership, Phase, Score, Submission, Team, Track, User
from competition.operations.publish import publish

DAYS: Final = 40
STAGES: Final = 4
RESAMPLES: Final = 1000
BATCH: Final = 2000
WORDS: Final = (
    "Aorta",
    "Bronchus",
    "Carina",
    "Diaphragm",
    "Hilum",
    "Lingula",
    "Pleura",
    "Trachea",
    "Vertebra",
    "Xenon",
)


@dataclass(frozen=True)
class Filled:
    """Who reads it, and what it took. `board_bytes`: of one snapshot in the table; `session`: a member's cookie."""

    team: str
    session: str
    submissions: int
    publish_seconds: float
    board_bytes: int
    past_scores: int


def fill(phase: Phase, track: Track, *, teams: int, submissions: int) -> Filled:
    """Write teams and submissions of the last days in stages, and publish a board after each, dated as if then."""
    rng = np.random.default_rng(20)
    truth = GroundTruth.objects.active().get(competition=phase.competition)
    founded = _found_teams(phase, teams)
    skill = rng.normal(0.32, 0.07, teams)
    base = rng.normal(0, 0.012, RESAMPLES)
    now = database_now()
    seconds, told = 0.0, 0
    # Two of the stages are of the last day, so that there is something to move.
    ages = [*np.linspace(DAYS, 2, STAGES - 2), 0.5, 0.02]
    for number, age in enumerate(ages):
        share = submissions * (number + 1) // STAGES - told
        told += share
        whose = np.concatenate([np.arange(teams), rng.integers(0, teams, share)])[-share:] if number else None
        owners = whose if whose is not None else rng.permutation(np.resize(np.arange(teams * 9 // 10), share))
        values = np.clip(skill[owners] + rng.normal(0, 0.02, share) + 0.01 * number, 0.01, 0.99)
        at = now - timedelta(days=float(age))
        _write(phase, track, truth, [founded[owner] for owner in owners], values, base, at, rng)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does on a server that lives longer than this one
        began = time.perf_counter()
        board = publish(phase, track)
        seconds = time.perf_counter() - began
        _date(board, at + timedelta(minutes=5))
    team = founded[teams // 2]
    return Filled(team.name, _session_of_member(team), told, seconds, _bytes_of(board), _past_scores())


def _found_teams(phase: Phase, teams: int) -> list[Team]:
    made = []
    for number in range(teams):
        name = f"{WORDS[number % len(WORDS)]} {number // len(WORDS) + 1}"
        made.append(
            Team(
                competition=phase.competition,
                name=name,
                name_key=name.casefold(),
                skeleton=name.casefold(),
                baseline=number % 97 == 11,
            )
        )
    return Team.objects.bulk_create(made, batch_size=BATCH)


def _write(
    phase: Phase,
    track: Track,
    truth: GroundTruth,
    owners: list[Team],
    values: np.ndarray,
    base: np.ndarray,
    at: datetime,
    rng: np.random.Generator,
) -> None:
    for start in range(0, len(owners), BATCH):
        some = range(start, min(start + BATCH, len(owners)))
        files = Submission.objects.bulk_create(
            Submission(
                team=owners[index],
                phase=phase,
                track=track,
                file=f"submissions/{rng.bytes(16).hex()}",
                file_name="boxes.csv",
                size=1,
                sha256="0" * 64,
                rows=1,
                labels=track.labels,
                received_at=at - timedelta(seconds=len(owners) - index),
            )
            for index in some
        )
        done = Evaluation.objects.bulk_create(
            Evaluation(
                submission=file,
                ground_truth=truth,
                metric_version=truth.metric_version,
                state="done",
                started_at=at,
                finished_at=at,
            )
            for file in files
        )
        noise = rng.normal(0, 0.008, (len(files), RESAMPLES))
        drawn = np.clip(values[list(some), None] + base + noise, 0, 1).astype("<f4")
        ends = np.quantile(drawn, [0.025, 0.975], axis=1)
        Score.objects.bulk_create(
            Score(
                evaluation=evaluation,
                part="public",
                value=float(values[index]),
                interval_low=float(ends[0, row]),
                interval_high=float(ends[1, row]),
                replicates=drawn[row].tobytes(),
                report={},
            )
            for row, (index, evaluation) in enumerate(zip(some, done, strict=True))
        )


def _date(board: Board, at: datetime) -> None:
    """The owner of the database lets a board be of another day than it is; nobody else can."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE competition_board DISABLE TRIGGER a_board_is_immutable")
        cursor.execute("UPDATE competition_board SET published_at = %s WHERE id = %s", [at, board.pk])
        cursor.execute("ALTER TABLE competition_board ENABLE TRIGGER a_board_is_immutable")


def _session_of_member(team: Team) -> str:
    person = User.objects.create_user(username="reader")
    Membership.objects.create(team=team, user=person, competition=team.competition)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _bytes_of(board: Board) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_column_size(entries) FROM competition_board WHERE id = %s", [board.pk])
        return int(cursor.fetchone()[0])


def _past_scores() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM competition_pastscore")
        return int(cursor.fetchone()[0])
