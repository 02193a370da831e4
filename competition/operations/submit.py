"""A team hands in a file: what is said of it, the rules and the file itself are checked, then it is booked."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils.translation import gettext as _

from competition import storage
from competition.errors import Invalid
from competition.memory import give_back
from competition.models import Competition, User
from competition.operations.book import Handed, Receipt, Words, book, first_receipt
from competition.operations.check_file import check_file
from competition.operations.count_quota import quota_of, refuse_when_spent
from competition.operations.may_submit import (
    earlier_with_key,
    phase_to_submit_to,
    team_that_may_submit,
    track_to_submit_to,
)
from competition.slots import slot

SMALL_BYTES = 8 * 1024 * 1024
PATIENCE_SECONDS = 30.0
"""For how long a large file waits for room: with its check that is over before a closed phase freezes its picks."""
LONGEST_NOTE = 500
LONGEST_KEY = 255


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
        return first_receipt(earlier, incoming.sha256)
    track = track_to_submit_to(competition, words.track)
    phase = phase_to_submit_to(competition, words.phase, received_at)
    refuse_when_spent(quota_of(team, phase, track, received_at), received_at)
    with _room_for(incoming.size):
        checked = check_file(track, incoming.read())
    return book(Handed(author, team, phase, track, words, incoming.keep(), checked, received_at))


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
