"""What a reader says about a file: problems that refuse it, notices that only remark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scoring.quoted import QuotedLine

KEPT_PROBLEMS = 100
KEPT_OF_A_KIND = 3


@dataclass(frozen=True)
class Problem:
    """One fault of a file.

    `line` is 1-based and physical, the header's is 1; it is None where the fault has no line (a missing
    image). `value` is the offending text, shortened. `detail` is a sentence that says what to do.
    """

    code: str
    line: int | None
    column: str | None
    value: str | None
    detail: str

    def as_json(self) -> dict[str, Any]:
        """The five fields by name."""
        return asdict(self)


@dataclass(frozen=True)
class Notice:
    """Something about an accepted file that its author may want to know, and how often it occurs."""

    code: str
    count: int
    detail: str

    def as_json(self) -> dict[str, Any]:
        """The three fields by name."""
        return asdict(self)


@dataclass(frozen=True)
class Kind:
    """All faults of one code: how many there are, and the first few in file order."""

    code: str
    count: int
    first: tuple[Problem, ...]


class FaultyFile(Exception):
    """A file that can't be read as it is. `problems` are the first hundred in file order of `total`.

    `kinds` are the same faults by their code, also those that come after the first hundred. Who has the file at hand
    may put the lines of the problems (`scoring.quoted_lines`) beside them as `quoted`.
    """

    quoted: Sequence[QuotedLine | None] = ()

    def __init__(
        self, problems: Sequence[Problem], total: int | None = None, kinds: Sequence[Kind] | None = None
    ) -> None:
        self.problems = tuple(problems[:KEPT_PROBLEMS])
        self.total = len(problems) if total is None else total
        self.kinds = _kinds_of(problems) if kinds is None else tuple(kinds)
        super().__init__(self.problems, self.total)

    def __str__(self) -> str:
        first = self.problems[0]
        place = f"line {first.line}: " if first.line is not None else ""
        return f"{place}{first.detail} ({self.total} in all)"

    def as_json(self) -> dict[str, Any]:
        """`{"problems": [...], "total": n}`, as the command line and the server answer."""
        return {"problems": [problem.as_json() for problem in self.problems], "total": self.total}


def _kinds_of(problems: Sequence[Problem]) -> tuple[Kind, ...]:
    by_code: dict[str, list[Problem]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    return tuple(Kind(code, len(alike), tuple(alike[:KEPT_OF_A_KIND])) for code, alike in by_code.items())
