"""The rows of a board as HTML, each rendered once for a version and language; and where one's own team stands."""

from dataclasses import dataclass

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from competition.models import Board, Phase
from competition.web.board_choice import Choice, Page
from competition.web.drawn_board import Drawn, Row
from competition.web.sparkline import HEIGHT, WIDTH, courses


@dataclass(frozen=True)
class Own:
    """The row of the reader's own team, and the address at which it is in sight."""

    row: Row
    query: str
    on_page: bool


def html_of_rows(board: Board, phase: Phase, of: Drawn, rows: list[Row], own: str | None) -> list[SafeString]:
    """The rows in their order. Only the reader's own is other than everybody's, so only that is made each time."""
    written_as = (get_language(), phase.competition.public_since)
    made = of.html.setdefault(written_as, {})
    missing = [row for row in rows if row.entry["team"] not in made or row.entry["team"] == own]
    ways = courses(board, phase, [row.entry["team"] for row in missing]) if missing else {}
    template = get_template("competition/board_row.html")
    own_html = ""
    for row in missing:
        team = row.entry["team"]
        facts = {"of": of, "row": row, "entry": row.entry, "course": ways.get(team), "width": WIDTH, "height": HEIGHT}
        if team == own:
            own_html = template.render({**facts, "own": True})
        else:
            made[team] = template.render(facts)
    return [mark_safe(own_html if row.entry["team"] == own else made[row.entry["team"]]) for row in rows]


def own_place(choice: Choice, of: Drawn, listed: list[Row], page: Page, team: str | None) -> Own | None:
    """The reader's own row; a filter that leaves it out is left out of the address in its turn."""
    row = of.row_of(team) if team is not None else None
    if row is None:
        return None
    if row in page.rows:
        return Own(row, f"#{row.anchor}", True)
    if row not in listed:
        choice = Choice(kept=choice.kept)
        listed = of.rows
        page = choice.cut(listed)
    number = choice.page_of(listed.index(row), page.pages)
    return Own(row, f"{choice.query(page=number)}#{row.anchor}", False)
