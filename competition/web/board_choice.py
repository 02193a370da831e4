"""What a reader of a board has chosen: order, search, page; all of it in the address, so that no script is needed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from competition.operations.name_team import team_name_key
from competition.web.drawn_board import Row

PAGE_ROWS = 50
FEW_MORE = 10
"""A last page of so few rows is not worth a click: they stand on the one before."""
LONGEST_SEARCH = 80
SORTS: Mapping[str, Callable[[Row], Any]] = {
    "team": lambda row: row.key,
    "score": lambda row: row.entry["score"],
    "submissions": lambda row: row.entry["submissions"],
    "submitted": lambda row: row.entry["submitted_at"],
}
"""Column → by what its rows are put in order; `rank` is the order of the board itself."""
FALLING_FIRST = frozenset({"score", "submissions", "submitted"})
COLUMNS = ("rank", *SORTS)


@dataclass(frozen=True)
class Heading:
    """How a column's heading leads to its order. `sorted`: a value of `aria-sort`, or empty."""

    query: str
    sorted: str


@dataclass(frozen=True)
class Page:
    """One page of the rows that were searched for."""

    rows: list[Row]
    number: int
    pages: int
    found: int
    first: int
    """Which of the found rows the page begins with, from 1."""

    @property
    def last(self) -> int:
        """Which of the found rows the page ends with."""
        return self.first + len(self.rows) - 1


@dataclass(frozen=True)
class Choice:
    """What the address says. What it says wrongly counts as not said."""

    sort: str = "rank"
    falls: bool = False
    text: str = ""
    no_baselines: bool = False
    page: int = 1
    whole: bool = False
    kept: tuple[tuple[str, str], ...] = ()
    """What else of the address is to stay: the phase and the snapshot."""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Choice":
        """Read the address."""
        sort = query.get("sort", "rank")
        falls, name = sort.startswith("-"), sort.removeprefix("-")
        if name not in COLUMNS:
            name, falls = "rank", False
        number = query.get("page", "1")
        return cls(
            sort=name,
            falls=falls,
            text=query.get("q", "").strip()[:LONGEST_SEARCH],
            no_baselines=query.get("baselines") == "hidden",
            page=int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1,
            whole=query.get("rows") == "all",
            kept=tuple((name, query[name]) for name in ("phase", "version", "as_of") if query.get(name)),
        )

    def listed(self, rows: list[Row]) -> list[Row]:
        """The rows that are searched for, in the order that is asked for. Equal ones stay in the board's order."""
        wanted = team_name_key(self.text)
        found = [row for row in rows if wanted in row.key and not (self.no_baselines and row.entry["baseline"])]
        if self.sort == "rank":
            return found[::-1] if self.falls else found
        return sorted(found, key=SORTS[self.sort], reverse=self.falls)

    def cut(self, listed: list[Row]) -> Page:
        """The page that is asked for; the last one where there are not so many."""
        pages = self.pages_of(len(listed))
        number = min(max(self.page, 1), pages)
        start = (number - 1) * PAGE_ROWS
        end = None if number == pages else start + PAGE_ROWS
        return Page(listed[start:end], number, pages, len(listed), start + 1 if listed else 0)

    def pages_of(self, rows: int) -> int:
        """How many pages so many rows make."""
        return 1 if self.whole else max(1, -(-(rows - FEW_MORE) // PAGE_ROWS))

    def page_of(self, place: int, pages: int) -> int:
        """On which page the row stands that is listed at that place, from 0."""
        return min(place // PAGE_ROWS + 1, pages)

    def query(self, **changes: Any) -> str:
        """The address that says the same but for the changes; the first page unless one is named."""
        other = replace(self, **{"page": 1, **changes})
        said = dict(other.kept)
        said |= {"sort": f"{'-' * other.falls}{other.sort}"} if (other.sort, other.falls) != ("rank", False) else {}
        said |= {"q": other.text} if other.text else {}
        said |= {"baselines": "hidden"} if other.no_baselines else {}
        said |= {"rows": "all"} if other.whole else {"page": str(other.page)} if other.page > 1 else {}
        return "?" + urlencode(said)

    def headings(self) -> dict[str, Heading]:
        """By column. The one that is in order leads to the other direction."""
        found = {}
        for name in COLUMNS:
            falls = not self.falls if name == self.sort else name in FALLING_FIRST
            direction = ("descending" if self.falls else "ascending") if name == self.sort else ""
            found[name] = Heading(self.query(sort=name, falls=falls), direction)
        return found

    @property
    def is_filtered(self) -> bool:
        """Whether rows are left out on purpose."""
        return bool(self.text) or self.no_baselines
