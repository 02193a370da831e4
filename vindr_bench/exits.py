"""The exit codes of `vindr-bench`. They are stable: scripts rely on them."""

from __future__ import annotations

from typing import Final

from vindr_bench.errors import (
    BenchError,
    InvalidFile,
    LimitReached,
    Misused,
    NotAllowed,
    ScoringFailed,
    Unavailable,
    WaitedTooLong,
)

DONE: Final = 0
UNEXPECTED: Final = 1
USAGE: Final = 2
INVALID_FILE: Final = 3
NOT_ALLOWED: Final = 4
LIMIT: Final = 5
FAILED: Final = 6
UNAVAILABLE: Final = 7
TIMED_OUT: Final = 124
INTERRUPTED: Final = 130

MEANING: Final = {
    DONE: "done; scored; the file is valid",
    UNEXPECTED: "anything that no other code stands for",
    USAGE: "the command was given wrongly, or names what doesn't exist",
    INVALID_FILE: "the file is faulty",
    NOT_ALLOWED: "not logged in, not allowed, or terms or rules not accepted",
    LIMIT: "the quota is spent, or the phase takes nothing now",
    FAILED: "the server could not score the file",
    UNAVAILABLE: "the network or the server is away, or something else answers in its place",
    TIMED_OUT: "the time to wait was over; the submission goes on",
    INTERRUPTED: "interrupted; a submission that was sent goes on",
}
_OF_ERROR: Final[tuple[tuple[type[BenchError], int], ...]] = (
    (Misused, USAGE),
    (InvalidFile, INVALID_FILE),
    (NotAllowed, NOT_ALLOWED),
    (LimitReached, LIMIT),
    (ScoringFailed, FAILED),
    (Unavailable, UNAVAILABLE),
    (WaitedTooLong, TIMED_OUT),
)


def code_of(error: BenchError) -> int:
    """The exit code of an error."""
    return next((code for kind, code in _OF_ERROR if isinstance(error, kind)), UNEXPECTED)
