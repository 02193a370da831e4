"""What of a board is shown on other sites: a bare page that may be framed, and a team's badge. Both know no reader."""

from dataclasses import dataclass

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import conditional_page, require_safe

from competition.web.board_snippets import permalink
from competition.web.drawn_board import Row
from competition.web.shown_board import shown_board

NOBODY = None
"""Whom a hidden competition is never shown to."""
ROWS, MOST_ROWS = 10, 100
SECONDS = 60
CHARACTER_WIDTH, PADDING, CORNER = 6.6, 8, 4
NARROW, WIDE = frozenset("fijlrt.,:;'|!()[]{}I -"), frozenset("mwMWOQ@%")
"""Letters that take less and more room than others in the fonts of a badge."""
LONGEST_LABEL = 40


@dataclass(frozen=True)
class Half:
    """One half of a badge: its words, where it begins, and its width in pixels."""

    text: str
    left: float
    width: float

    @property
    def start(self) -> float:
        """Where the words begin."""
        return round(self.left + PADDING, 1)

    @property
    def length(self) -> float:
        """How long the words are made."""
        return round(self.width - 2 * PADDING, 1)

    @property
    def flat(self) -> float:
        """Its width without the round corners."""
        return round(self.width - CORNER, 1)


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@conditional_page
def embed(request: HttpRequest, slug: str, track: str) -> HttpResponse:
    """The head of the board, for a frame on any site: the only address that may be framed."""
    shown = shown_board(request, slug, track, NOBODY)
    of = shown.drawn()
    wanted = request.GET.get("top", "")
    most = min(int(wanted), MOST_ROWS) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6 else ROWS
    facts = {
        "shown": shown,
        "of": of,
        "rows": of.rows[: max(most, 1)],
        "permalink": shown.board and permalink(request, shown.board, shown.phase, shown.track),
    }
    response = HttpResponse(render_to_string("competition/board_embed.html", facts))
    patch_cache_control(response, public=True, max_age=SECONDS)
    return response


@require_safe
@conditional_page
def badge(request: HttpRequest, slug: str, track: str) -> HttpResponse:
    """Rank and score of the team `?team=` as an image."""
    shown = shown_board(request, slug, track, NOBODY)
    of = shown.drawn()
    row = of.row_of(request.GET.get("team", ""))
    if row is None:
        raise Http404
    label = shown.competition.title
    label = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"
    left = _half(f"{label}, {shown.track.get_kind_display().lower()}", 0)
    right = _half(_place(row, of.ranked), left.width)
    facts = {"left": left, "right": right, "width": round(left.width + right.width, 1), "team": row.entry["team"]}
    response = HttpResponse(render_to_string("competition/badge.svg", facts), content_type="image/svg+xml")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, public=True, max_age=SECONDS)
    return response


def _place(row: Row, ranked: int) -> str:
    entry = row.entry
    place = "baseline" if entry["rank"] is None else f"rank {entry['rank']}{'=' if row.tied else ''} of {ranked}"
    return f"{place}, {entry['score']:.3f}"


def _half(text: str, left: float) -> Half:
    """Wide enough for the words; they are fitted to that width, whatever font the reader has."""
    units = sum(0.55 if letter in NARROW else 1.4 if letter in WIDE or ord(letter) > 0x2E7F else 1 for letter in text)
    return Half(text, left, round(units * CHARACTER_WIDTH + 2 * PADDING, 1))
