"""What to copy for showing or citing a board elsewhere: an entry for a bibliography, a frame, a badge."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from competition.models import Board, Phase, Track
from competition.operations.cite_board import cite_board
from competition.web.drawn_board import Row

FRAME_HEIGHT = 560


@dataclass(frozen=True)
class Snippets:
    """`permalink` is the address of the snapshot; `badge_team` the name of the team that the badge is of."""

    permalink: str
    bibtex: str
    embed: str
    badge_team: str
    badge: str


def permalink(request: HttpRequest, board: Board, phase: Phase, track: Track) -> str:
    """Where this version of the board stays."""
    return _address(request, "board", phase, track, version=str(board.version))


def snippets(request: HttpRequest, board: Board, phase: Phase, track: Track, row: Row) -> Snippets:
    """Of a published board. row: that of the team for the badge."""
    title = f"{phase.competition.title}: {track.get_kind_display()} board"
    here = permalink(request, board, phase, track)
    frame = _address(request, "board-embed", phase, track)
    team = row.entry["team"]
    badge = _address(request, "board-badge", phase, track, team=team)
    page = _address(request, "board", phase, track)
    return Snippets(
        permalink=here,
        bibtex=cite_board(board, phase, track, address=here),
        embed=(
            f'<iframe src="{_attribute(frame)}" title="{_attribute(title)}" width="100%" height="{FRAME_HEIGHT}" '
            'loading="lazy"></iframe>'
        ),
        badge_team=team,
        badge=f"[![{_alternative(title)}]({badge})]({page}#{row.anchor})",
    )


def _address(request: HttpRequest, name: str, of: Phase, track: Track, **query: str) -> str:
    place = reverse(name, args=[of.competition.slug, track.kind])
    return request.build_absolute_uri(f"{place}?{urlencode({'phase': of.key, **query})}")


def _attribute(text: str) -> str:
    """As the value of an attribute in the text that is copied; the page escapes that text once more."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _alternative(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")
