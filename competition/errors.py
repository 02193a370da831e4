"""Refusals: what the competition's rules say no to.

    Refusal
    ├── NotFound          the person may not know that it exists
    ├── Forbidden         the person may see it and not do this
    ├── Invalid           a value in the request is wrong (names the field)
    ├── Conflict          it contradicts something that stands already
    ├── QuotaSpent        the limit of the phase is used up
    └── Unavailable       the server can't just now; try again

A refusal has a code for programs and a sentence for people that says what to do. Only `api` and `web` turn it
into HTTP.
"""

from datetime import datetime


class Refusal(Exception):
    """A rule of the competition says no. `code` is stable; `detail` is a sentence for the person."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class NotFound(Refusal):
    """There is no such thing, or none that this person may know of."""


class Forbidden(Refusal):
    """The person may know of it and may not do this with it (now)."""


class Conflict(Refusal):
    """It contradicts what stands already."""


class Unavailable(Refusal):
    """A part of the server is down; nothing was changed."""


class Invalid(Refusal):
    """A value of the request is wrong; `field` names it."""

    def __init__(self, code: str, detail: str, *, field: str) -> None:
        super().__init__(code, detail)
        self.field = field


class QuotaSpent(Refusal):
    """The phase's limit is used up; `resets_at` is None when no upload will be possible any more."""

    def __init__(
        self,
        detail: str,
        *,
        limit: int,
        used: int,
        resets_at: datetime | None,
        retry_after_seconds: int | None,
    ) -> None:
        super().__init__("quota_spent", detail)
        self.limit = limit
        self.used = used
        self.resets_at = resets_at
        self.retry_after_seconds = retry_after_seconds
