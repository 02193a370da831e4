"""Letters that have to go are sent, each once at most.

    waiting ──claim──▶ sending ──▶ sent | unsent | unsure
       ▲                  │
       └──── not now ─────┘

A letter is claimed, and that committed, before a byte of it is sent, and only over a connection that stands. A sender
that dies in between, or loses the connection, leaves a letter that may have arrived: it is `unsure` and never repeated.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import parseaddr
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F
from django.db.models.functions import Now

from competition.clock import database_now
from competition.models import Letter, LetterAddress, LetterState

MOST_AT_ONCE = 50
MOST_ATTEMPTS = 10
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_WAIT = timedelta(days=7)
"""A letter that could not go within that time tells nothing new any more."""
LONGEST_CLAIM = timedelta(minutes=10)

log = logging.getLogger(__name__)


class MailIsDown(Exception):
    """The mail server can't be reached; no letter was touched."""


def send_letters() -> int:
    """Send what is due, and return how many letters were settled. Any number of processes may do so at once.

    Raises MailIsDown.
    """
    now = database_now()
    lost = Letter.objects.filter(state=LetterState.SENDING, claimed_at__lt=now - LONGEST_CLAIM)
    lost.update(state=LetterState.UNSURE, fault="The sender ended while it was sending.")
    waiting = Letter.objects.filter(state=LetterState.WAITING)
    if not settings.ENVIRONMENT.email_url:
        return waiting.update(state=LetterState.UNSENT, fault="This server sends no mail.")
    waiting.filter(written_at__lt=now - LONGEST_WAIT).update(
        state=LetterState.UNSENT, fault="The letter waited too long."
    )
    due = list(Letter.objects.due(now)[:MOST_AT_ONCE])
    if not due:
        return 0
    with _server() as server:
        for letter in due:
            _open(server)
            if _claim(letter):
                _settle(letter, *_send(letter, server))
    return len(due)


@contextmanager
def _server() -> Iterator[Any]:
    server = get_connection()
    try:
        yield server
    finally:
        try:
            server.close()
        except (OSError, SMTPException):
            log.info("the mail server did not say good-bye")


def _open(server: Any) -> None:
    """Open the connection, where it isn't."""
    try:
        server.open()
    except (OSError, SMTPException) as error:
        raise MailIsDown(f"{type(error).__name__}: {error}") from error


def _claim(letter: Letter) -> bool:
    waiting = Letter.objects.filter(pk=letter.pk, state=LetterState.WAITING)
    return bool(waiting.update(state=LetterState.SENDING, attempts=F("attempts") + 1, claimed_at=Now()))


def _send(letter: Letter, server: Any) -> tuple[LetterState, str]:
    """What becomes of the letter, and why."""
    address = LetterAddress.objects.filter(letter=letter).first()
    if address is None:
        return LetterState.UNSENT, "The person has no confirmed address."
    sender_host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    message = EmailMessage(
        subject=letter.subject,
        body=letter.text,
        to=[address.email],
        connection=server,
        headers={
            "Message-ID": f"<letter-{letter.pk}-{letter.written_at:%Y%m%d%H%M%S}@{sender_host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    try:
        message.send()
    except SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        return _by_code(code, words)
    except SMTPServerDisconnected as error:
        server.connection = None
        return LetterState.UNSURE, f"The connection broke: {error}"
    except SMTPDataError as error:
        return _by_code(error.smtp_code, error.smtp_error)
    except SMTPResponseException as error:
        return LetterState.WAITING, _words(error.smtp_error)
    except (SMTPNotSupportedError, ValueError) as error:
        return LetterState.UNSENT, str(error)
    except SMTPException as error:
        return LetterState.WAITING, str(error)
    except OSError as error:
        server.connection = None
        return LetterState.UNSURE, f"The connection broke: {error}"
    return LetterState.SENT, ""


def _by_code(code: int, words: bytes | str) -> tuple[LetterState, str]:
    """SMTP says with 4xx that it may go later, and with 5xx that it never will."""
    return (LetterState.WAITING if code < 500 else LetterState.UNSENT), f"{code} {_words(words)}"


def _words(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words


def _settle(letter: Letter, state: LetterState, fault: str) -> None:
    facts: dict[str, Any] = {"state": state, "fault": fault.replace("\0", "")[:300]}
    attempts = letter.attempts + 1
    if state == LetterState.SENT:
        facts["sent_at"] = Now()
    elif state == LetterState.WAITING and attempts >= MOST_ATTEMPTS:
        facts["state"] = LetterState.UNSENT
    elif state == LetterState.WAITING:
        facts["next_try_at"] = Now() + min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    Letter.objects.filter(pk=letter.pk, state=LetterState.SENDING).update(**facts)
    if fault:
        log.warning("letter %s: %s: %s", letter.pk, facts["state"], facts["fault"])
