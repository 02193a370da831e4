"""A file that was found good is written into the books, with its evaluations; then the bell is rung."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from competition import queue, storage
from competition.errors import Conflict, Forbidden
from competition.models import (
    Evaluation,
    GroundTruth,
    Phase,
    Quota,
    Submission,
    Team,
    Track,
    User,
)
from competition.operations.check_file import CheckedFile
from competition.operations.count_quota import QuotaState, quota_of, refuse_when_spent
from competition.operations.may_submit import earlier_with_key, refuse_unless_open, team_that_may_submit


@dataclass(frozen=True)
class Words:
    """What the sender says of a file."""

    track: str
    phase: str | None = None
    note: str = ""
    file_name: str = ""
    idempotency_key: str | None = None


@dataclass(frozen=True)
class Receipt:
    """The submission, what is left of the quota, and whether this call made it (or an earlier one with its key)."""

    submission: Submission
    quota: QuotaState
    created: bool


@dataclass(frozen=True)
class Handed:
    """A file that has been found good: whose it is, where it is to count, and where it lies."""

    author: User
    team: Team
    phase: Phase
    track: Track
    words: Words
    kept: storage.Kept
    checked: CheckedFile
    received_at: datetime


def book(handed: Handed) -> Receipt:
    """Write the books; a file that they don't name goes again.

    Where the database breaks off nobody knows whether it has committed, so the file stays: one too many is harmless,
    one too few is a submission lost.
    """
    try:
        receipt = _write_books_by_key(handed)
    except (OperationalError, InterfaceError):
        raise
    except BaseException:
        storage.drop(handed.kept.name)
        raise
    if not receipt.created:
        storage.drop(handed.kept.name)
    return receipt


def _write_books_by_key(handed: Handed) -> Receipt:
    """Of two calls with one key at the same instant the second finds, once more, what the first has booked."""
    try:
        return _write_books(handed)
    except IntegrityError as error:
        if "one_submission_per_key" not in str(error):
            raise
        return _write_books(handed)


@transaction.atomic
def _write_books(handed: Handed) -> Receipt:
    """All rules hold again under the lock of the team's quota, whatever happened since they were first checked."""
    team, phase, track, received_at = handed.team, handed.phase, handed.track, handed.received_at
    track.competition.hold_truth()
    Quota.objects.get_or_create(team=team, phase=phase, track=track)
    Quota.objects.select_for_update().get(team=team, phase=phase, track=track)
    earlier = earlier_with_key(team, handed.words.idempotency_key)
    if earlier is not None:
        return first_receipt(earlier, handed.kept.sha256)
    if team_that_may_submit(user=handed.author, competition=track.competition) != team:
        raise Forbidden("not_entered", _("You are no longer in this team."))
    phase.refresh_from_db()
    refuse_unless_open(phase, received_at)
    refuse_when_spent(quota_of(team, phase, track, received_at), received_at)
    submission = _create(handed)
    _begin_evaluations(submission)
    return Receipt(submission, quota_of(team, phase, track, received_at), created=True)


def _begin_evaluations(submission: Submission) -> None:
    """One for the newest ground truth, and for the one before if its labels are the file's; rung for once committed."""
    truths = GroundTruth.objects.scored_against().filter(competition=submission.track.competition_id)
    for place, truth in enumerate(truths.filter(tracks__track=submission.track).order_by("-version")):
        if place and truth.tracks.get(track=submission.track).labels != submission.labels:
            continue
        evaluation = Evaluation.objects.create(
            submission=submission, ground_truth=truth, metric_version=truth.metric_version
        )
        transaction.on_commit(partial(queue.ring, evaluation.pk, evaluation.attempt), robust=True)


def first_receipt(earlier: Submission, sha256: str) -> Receipt:
    """The receipt of what came with the same key; Conflict where that was another file."""
    if earlier.sha256 != sha256:
        raise Conflict(
            "key_reused", _("This Idempotency-Key was used for another file; send a new key with a new file.")
        )
    at = earlier.received_at
    return Receipt(earlier, quota_of(earlier.team, earlier.phase, earlier.track, at, until=at), created=False)


def _create(handed: Handed) -> Submission:
    return Submission.objects.create(
        team=handed.team,
        phase=handed.phase,
        track=handed.track,
        author=handed.author,
        note=handed.words.note,
        file=handed.kept.name,
        file_name=handed.words.file_name,
        size=handed.kept.size,
        sha256=handed.kept.sha256,
        rows=handed.checked.rows,
        notices=handed.checked.notices,
        labels=handed.track.labels,
        received_at=handed.received_at,
        late=handed.phase.takes_late(handed.received_at),
        idempotency_key=handed.words.idempotency_key,
    )
