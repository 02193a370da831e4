"""A submission, and what its team can do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from vindr_bench.account import Quota
from vindr_bench.answers import Interval, Raw, instant, interval
from vindr_bench.comparison import Comparison
from vindr_bench.folders import refuse_if_there, write_new

if TYPE_CHECKING:
    from vindr_bench.client import Client

ON_ITS_WAY = ("accepted", "scoring")


@dataclass(frozen=True)
class Submission:
    """One handed-in file as the server knew it at one instant; `wait` and `refresh` give it as it is later.

    `state` is `accepted`, `scoring`, `scored` or `failed`. Numbers are None where the phase doesn't show them.
    """

    id: str
    competition: str
    phase: str
    track: str
    team: str
    state: str
    score: float | None
    interval: Interval | None
    message: str
    place_in_queue: int | None
    expected_wait: int | None
    """Seconds until it is scored, about; None where that isn't told."""
    received_at: datetime | None
    sha256: str
    file_name: str
    note: str
    report: Raw | None = field(repr=False)
    raw: Raw = field(repr=False, compare=False)
    etag: str | None = field(default=None, repr=False, compare=False)
    quota: Quota | None = None
    """What was left just after the upload; None for a submission that was only looked at."""
    created: bool = True
    """Whether the upload made it; False where the same upload had arrived before."""
    client: Client | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, raw: Raw, client: Client, etag: str | None = None) -> Self:
        """From JSON; a list leaves out the report and the place in the queue."""
        names = ("competition", "phase", "track", "team", "state", "score", "message", "sha256", "file_name", "note")
        return cls(
            id=str(raw["id"]),
            **{name: raw[name] for name in names},
            interval=interval(raw["interval"]),
            place_in_queue=raw.get("place_in_queue"),
            expected_wait=raw.get("expected_wait_seconds"),
            received_at=instant(raw["received_at"]),
            report=raw.get("report"),
            raw=raw,
            etag=etag,
            client=client,
        )

    @property
    def is_over(self) -> bool:
        """Whether its state is `scored` or `failed`."""
        return self.state not in ON_ITS_WAY

    def refresh(self) -> Submission:
        """As the server knows it now."""
        return self._asked().submission(self.id)

    def wait(
        self, timeout: float | None = None, *, on_change: Callable[[Submission], None] = lambda _: None
    ) -> Submission:
        """Ask until it is scored. Raises ScoringFailed, Unavailable, or WaitedTooLong after so many seconds."""
        from vindr_bench.waiting import wait_for

        return wait_for(self._asked(), self, timeout=timeout, on_change=on_change)

    def download(self, path: str | Path) -> Path:
        """Write the bytes as they came to a file that isn't there yet; Misused where it is, or can't be written."""
        target = Path(path)
        refuse_if_there(target)
        write_new(target, self._asked().file_of(self.id))
        return target

    def withdraw(self) -> Submission:
        """Take it off the board. It stays in the books, and used."""
        return self._asked().act_on(self.id, "withdraw")

    def select(self) -> Submission:
        """Choose it for the final ranking."""
        return self._asked().act_on(self.id, "select")

    def compare(self, other: Submission | str) -> Comparison:
        """How much better it is than another of the team's, paired."""
        return self._asked().compare(self.id, other if isinstance(other, str) else other.id)

    def _asked(self) -> Client:
        if self.client is None:
            raise ValueError("This submission belongs to no client.")
        return self.client
