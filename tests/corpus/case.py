"""One entry of the corpus of bad input: how its bytes are made, and what the server and the command line say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.corpus.server import Server

Place = tuple[str, int | None, str | None]
"""Code, line and column of the first fault."""
BY_FORM = "how a request is formed"
BY_SERVER = "a rule of the server's books"


@dataclass(frozen=True)
class Verdict:
    """The status; `code` of the problem document, if it is one; the first fault, if the file is what is refused.

    `score`: what is scored for a file that is taken; None where only the two scores have to be the same.
    """

    status: int
    code: str | None = None
    first: Place | None = None
    score: float | None = None

    def as_answered(self) -> "Verdict":
        """As much of it as an answer to an upload holds: faults are told with 422 alone, and scores later."""
        return replace(self, score=None, first=self.first if self.status == 422 else None)


Call = Callable[["Server"], Verdict]
PERFECT = 1.0


def taken(score: float | None = PERFECT) -> Verdict:
    """201 from the server and, later, this score; exit 0 from the command line and the same score."""
    return Verdict(201, score=score)


def faulty(code: str, line: int | None = None, column: str | None = None) -> Verdict:
    """422 with this first fault; exit 3 and the same faults from the command line."""
    return Verdict(422, "faulty_file", (code, line, column))


def no_csv() -> Verdict:
    """415, told by the first bytes and never opened; exit 3 and `binary_file` from the command line."""
    return Verdict(415, "not_csv", ("binary_file", None, None))


@dataclass(frozen=True)
class Case:
    """A case by its number in the list of bad input.

    Either `files` (variant → what makes its bytes) or `calls` (variant → what does something to a running server and
    returns what was answered). `but`: variants with a verdict of their own. `offline`: why the command line has no
    say. `decided`: where the answer is another than the list asks for, or one of several, and why.
    """

    number: int
    what: str
    verdict: Verdict
    files: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    calls: Mapping[str, Call] = field(default_factory=dict)
    track: str = "detection"
    but: Mapping[str, Verdict] = field(default_factory=dict)
    offline: str = ""
    decided: str = ""
    notice: str = ""

    def expected(self, variant: str) -> Verdict:
        """The verdict on one variant."""
        return self.but.get(variant, self.verdict)

    @property
    def variants(self) -> tuple[str, ...]:
        """The names of its variants."""
        return (*self.files, *self.calls)
