"""A team hands in a file: the rules and the file are checked, the books written, then the bell is rung."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from competition import queue, storage
from competition.errors import Conflict, Forbidden, Invalid
from competition.memory import give_back
from competition.models import (
    Competition,
    Evaluation,
    GroundTruth,
    Phase,
    Quota,
    Submission,
    Team,
    Track,
    User,
)
from competition.operations.check_file import CheckedFile, check_file
from competition.operations.count_quota import QuotaState, quota_of, refuse_when_spent
from competition.operations.may_submit import (
    earlier_with_key,
    phase_to_submit_to,
    refuse_unless_open,
    team_that_may_submit,
    track_to_submit_to,
)
from competition.slots import slot

SMALL_BYTES = 8 * 1024 * 1024
PATIENCE_SECONDS = 30.0
"""For how long a large file waits for room: with its check that is over before a closed phase freezes its picks."""
LONGEST_NOTE = 500
LONGEST_KEY = 255


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
class _Handed:
    author: User
    team: Team
    phase: Phase
    track: Track
    words: Words
    kept: storage.Kept
    checked: CheckedFile
    received_at: datetime


def submit(*, author: User, competition: Competition, incoming: storage.Incoming, words: Words) -> Receipt:
    """Take in a file whose last byte has just arrived.

    Raises a Refusal, or FaultyFile with every fault; then nothing is written, nothing is used up and the file is
    gone. The same idempotency key with the same bytes gives the first receipt.
    """
    try:
        return _submit(author, competition, incoming, words)
    finally:
        incoming.drop()


def _submit(author: User, competition: Competition, incoming: storage.Incoming, words: Words) -> Receipt:
    received_at = competition.now()
    _refuse_bad_words(words)
    team = team_that_may_submit(user=author, competition=competition)
    earlier = earlier_with_key(team, words.idempotency_key)
    if earlier is not None:
        return _first_receipt(earlier, incoming.sha256)
    track = track_to_submit_to(competition, words.track)
    phase = phase_to_submit_to(competition, words.phase, received_at)
    refuse_when_spent(quota_of(team, phase, track, received_at), received_at)
    with _room_for(incoming.size):
        checked = check_file(track, incoming.read())
    return _book(_Handed(author, team, phase, track, words, incoming.keep(), checked, received_at))


@contextmanager
def _room_for(size: int) -> Iterator[None]:
    """A few large files are checked at once: each needs several times its size in memory. Small ones never wait."""
    if size <= SMALL_BYTES:
        yield
        return
    with slot(storage.slots_folder(), most=settings.ENVIRONMENT.large_checks, patience=PATIENCE_SECONDS):
        try:
            yield
        finally:
            give_back()


def _book(handed: _Handed) -> Receipt:
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


def _write_books_by_key(handed: _Handed) -> Receipt:
    """Of two calls with one key at the same instant the second finds, once more, what the first has booked."""
    try:
        return _write_books(handed)
    except IntegrityError as error:
        if "one_submission_per_key" not in str(error):
            raise
        return _write_books(handed)


@transaction.atomic
def _write_books(handed: _Handed) -> Receipt:
    """All rules hold again under the lock of the team's quota, whatever happened since they were first checked."""
    team, phase, track, received_at = handed.team, handed.phase, handed.track, handed.received_at
    track.competition.hold_truth()
    Quota.objects.get_or_create(team=team, phase=phase, track=track)
    Quota.objects.select_for_update().get(team=team, phase=phase, track=track)
    earlier = earlier_with_key(team, handed.words.idempotency_key)
    if earlier is not None:
        return _first_receipt(earlier, handed.kept.sha256)
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


def _first_receipt(earlier: Submission, sha256: str) -> Receipt:
    if earlier.sha256 != sha256:
        raise Conflict(
            "key_reused", _("This Idempotency-Key was used for another file; send a new key with a new file.")
        )
    at = earlier.received_at
    return Receipt(earlier, quota_of(earlier.team, earlier.phase, earlier.track, at, until=at), created=False)


def _refuse_bad_words(words: Words) -> None:
    if "\0" in f"{words.note}{words.file_name}{words.phase}{words.track}{words.idempotency_key}":
        raise Invalid("nul_byte", _("A text has a NUL character; remove it."), field="note")
    if len(words.note) > LONGEST_NOTE:
        raise Invalid(
            "note_too_long",
            _("A note has at most {longest_note} characters.").format(longest_note=LONGEST_NOTE),
            field="note",
        )
    if words.idempotency_key is not None and not 1 <= len(words.idempotency_key) <= LONGEST_KEY:
        raise Invalid(
            "bad_idempotency_key",
            _("An Idempotency-Key has 1 to {longest_key} characters.").format(longest_key=LONGEST_KEY),
            field="Idempotency-Key",
        )


def _create(handed: _Handed) -> Submission:
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
