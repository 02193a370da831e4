"""What can go wrong, as exceptions that mirror the server's problem codes.

BenchError                    anything else that was refused; it stands above all others
├── Misused                   a value that was given is wrong, or names what doesn't exist
│   └── NotFound              there is no such competition, submission, phase or track
├── InvalidFile               the file is faulty; `problems` says where and what to do
├── NotAllowed                no log-in, not entered, terms or rules not accepted, not yours
│   └── NotLoggedIn           no token, or one that the server doesn't know (any more)
├── LimitReached              the quota is spent, or the phase takes nothing now
├── ScoringFailed             the server could not score the file; the upload was given back
├── Unavailable               the network or the server is away
├── ClientTooOld              the server wants a newer version of this package
└── WaitedTooLong             the time to wait is over; the submission goes on
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class BenchError(Exception):
    """`code` is stable and for programs; `detail` is a sentence for people that says what to do."""

    def __init__(self, code: str, detail: str, *, status: int | None = None, **facts: Any) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.status = status
        self.facts = facts

    def as_json(self) -> dict[str, Any]:
        """`code`, `detail`, `problems` (of a faulty file, else empty) and what else the server has said."""
        return {"code": self.code, "detail": self.detail, "status": self.status, "problems": [], **self.facts}


class Misused(BenchError):
    """A value that was given is wrong, or something is missing."""


class NotFound(Misused):
    """There is no such thing, or none that this account may know of."""


class InvalidFile(BenchError):
    """The file is faulty. `problems` are the first hundred in the order of the file, `total` is how many there are."""

    @property
    def problems(self) -> Sequence[Mapping[str, Any]]:
        """Each with `code`, `line`, `column`, `value` and `detail`."""
        problems: Sequence[Mapping[str, Any]] = self.facts.get("problems", ())
        return problems

    @property
    def total(self) -> int:
        """How many faults there are in all."""
        return int(self.facts.get("total", len(self.problems)))


class NotAllowed(BenchError):
    """The account may not do this (now)."""


class NotLoggedIn(NotAllowed):
    """There is no token, or the server doesn't know it."""


class LimitReached(BenchError):
    """The quota is spent or the phase is closed. `retry_after` is in seconds, None where no time helps."""

    @property
    def retry_after(self) -> int | None:
        """When the next upload is possible."""
        seconds = self.facts.get("retry_after")
        return None if seconds is None else int(seconds)


class ScoringFailed(BenchError):
    """The server could not score the file."""


class Unavailable(BenchError):
    """The network or the server is away."""


class ClientTooOld(BenchError):
    """The server wants a newer version of this package."""


class WaitedTooLong(BenchError):
    """The time to wait is over. The submission is with the server, and goes on."""


_OF_STATUS: dict[int, type[BenchError]] = {
    400: Misused,
    401: NotLoggedIn,
    403: NotAllowed,
    404: NotFound,
    413: InvalidFile,
    415: InvalidFile,
    422: InvalidFile,
    426: ClientTooOld,
    429: LimitReached,
    500: Unavailable,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}
_OF_CODE: dict[str, type[BenchError]] = {
    "phase_closed": LimitReached,
    "entry_closed": LimitReached,
    "terms_not_accepted": NotAllowed,
    "rules_not_accepted": NotAllowed,
    "empty_file": InvalidFile,
    **dict.fromkeys(("same_submission", "other_competition", "other_track", "other_phase"), Misused),
}
_ITS_OWN = ("type", "title", "status", "code", "detail")


def error_of(status: int, problem: Mapping[str, Any], retry_after: int | None = None) -> BenchError:
    """The exception of a problem document."""
    code, detail = str(problem.get("code", f"http_{status}")), str(problem.get("detail", f"The answer was {status}."))
    kind = _OF_CODE.get(code) or _OF_STATUS.get(status, BenchError)
    facts = {name: value for name, value in problem.items() if name not in _ITS_OWN}
    if retry_after is not None:
        facts["retry_after"] = retry_after
    return kind(code, detail, status=status, **facts)
