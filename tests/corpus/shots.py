"""One variant of a case is sent, and what is wrong with what came back is told."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.corpus.case import Call, Case, Verdict
from tests.corpus.server import Server, same_again, verdict_on

SECONDS, SECONDS_OF_A_LARGE_ONE, LARGE = 2, 20, 5_000_000
"""The most processor time that an answer takes; that of a file over so many bytes which has to be read."""


@dataclass
class Shot:
    """A variant, its file if it is one, and what came of it each time."""

    case: Case
    variant: str
    file: Path | None = None
    call: Call | None = None
    answers: list[httpx.Response] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    """By the wall clock."""
    processor: list[float] = field(default_factory=list)
    peak: int = 0
    """The most bytes that a web process has held meanwhile."""
    deviations: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """As a report names it."""
        return f"{self.case.number} {self.variant}"

    @property
    def expected(self) -> Verdict:
        """What the table says."""
        return self.case.expected(self.variant)

    @property
    def longest(self) -> float:
        """The most processor seconds that it may take: what is no CSV is never opened, however large."""
        large = self.file is not None and self.file.stat().st_size > LARGE
        return SECONDS_OF_A_LARGE_ONE if large and self.expected.status == 422 else SECONDS

    def fire(self, server: Server) -> None:
        """Send it once; whatever is not as the table says is a deviation."""
        books = server.books()
        server.forget_the_peak()
        processor, began = server.processor_seconds(), time.monotonic()
        verdict = self._send(server)
        self.seconds.append(time.monotonic() - began)
        self.processor.append(server.processor_seconds() - processor)
        self.peak = max(self.peak, server.peak())
        self.verdicts.append(verdict)
        self._judge(verdict)
        if self.expected.status not in (200, 201) and self.case.number != 99 and server.books() != books:
            self.deviations.append(f"{books} became {server.books()}")

    def _send(self, server: Server) -> Verdict:
        if self.call is not None:
            return self.call(server)
        assert self.file is not None
        self.answers.append(server.upload(self.file, self.case.track))
        return verdict_on(self.answers[-1])

    def _judge(self, verdict: Verdict) -> None:
        if verdict != self.expected.as_answered():
            self.deviations.append(f"{verdict} instead of {self.expected}")
        if self.processor[-1] > self.longest and self.call is None:
            self.deviations.append(f"{self.processor[-1]:.1f} s of a processor")
        if len({str(same_again(answer)) for answer in self.answers}) > 1:
            self.deviations.append("another answer the second time")

    def compare(self, code: int, said: dict[str, Any]) -> None:
        """Hold the answer against the exit code and the JSON of the command line."""
        answer = self.answers[0].json()
        if self.expected.status == 201:
            told = {notice["code"] for notice in said.get("notices", ())}
            same = code == 0 and (answer.get("rows"), answer.get("notices")) == (said.get("rows"), said.get("notices"))
            if not same or self.case.notice not in (*told, ""):
                self.deviations.append(f"exit {code}, {said} offline")
            return
        first = said["problems"][0] if said["problems"] else {}
        place = (first.get("code"), first.get("line"), first.get("column"))
        if (code, place) != (3, self.expected.first):
            self.deviations.append(f"exit {code}, {place} offline")
        here = (said["problems"], said["total"])
        if self.expected.status == 422 and (answer.get("problems"), answer.get("total")) != here:
            self.deviations.append("other faults offline")

    def compare_scores(self, server: float | None, here: float | None) -> None:
        """Hold what a worker has scored against what the command line scores."""
        wanted = here if self.expected.score is None else self.expected.score
        if not server == here == wanted:
            self.deviations.append(f"scored {server}, {here} offline, {wanted} in the table")
