"""The board of a track: a published snapshot, drawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.views.decorators.http import conditional_page, require_safe

from competition.errors import Invalid, NotFound
from competition.models import (
    Awards,
    Board,
    Competition,
    Membership,
    Phase,
    Results,
    Shows,
    Split,
    Submission,
    Track,
    TruthTrack,
)
from competition.operations.board_snapshots import day_before, snapshot
from competition.operations.declare import KINDS
from competition.operations.declared import Declared, public_declarations, undeclared
from competition.web.board_choice import Choice
from competition.web.board_rows import html_of_rows, own_place
from competition.web.board_snippets import snippets
from competition.web.board_tag import shared_tag
from competition.web.drawn_board import Drawn, drawn
from competition.web.find import competition_of, frame
from competition.web.kept import Kept
from competition.web.pace import CLOSED_BOARD, OPEN_BOARD
from competition.web.phases import Timetable, timetable

MOST_BYTES = 24 * 2**20
_pages: Kept[bytes] = Kept(MOST_BYTES)
"""ETag → the page that everybody shares."""


@dataclass(frozen=True)
class Shown:
    """The board that an address names, and what it is of."""

    competition: Competition
    track: Track
    phase: Phase
    times: Timetable
    board: Board | None
    """Without its rows; None before the first publication."""
    pinned: bool
    """Whether the address names one version or instant."""

    def drawn(self) -> Drawn:
        """As it is drawn, with what moved within a day."""
        if self.board is None:
            return drawn(None, None)
        now = None if self.pinned else self.times.now
        return drawn(self.board, day_before(self.board, self.phase, now))


@require_safe
def board(request: HttpRequest, slug: str, track: str) -> HttpResponse:
    """The board. Readers without an account share one page and its ETag; a person's own page is theirs alone."""
    show = _own_board if request.user.is_authenticated else _shared_board
    response = show(request, slug, track)
    patch_vary_headers(response, ["Cookie"])
    return response


def shown_board(request: HttpRequest, slug: str, track: str, viewer: object) -> Shown:
    """What `?phase=`, `?version=` and `?as_of=` name, or 404."""
    competition = competition_of(slug, viewer)
    of_track = next((one for one in competition.tracks.all() if one.kind == track), None)
    times = timetable(competition, competition.now())
    key, version, as_of = (request.GET.get(name, "") for name in ("phase", "version", "as_of"))
    phase = next((one for one, _ in times.phases if one.key == key), None) if key else times.shown
    if of_track is None or phase is None:
        raise Http404
    phase.competition = competition
    try:
        found = snapshot(phase, of_track, version=version, as_of=as_of)
    except (NotFound, Invalid) as refusal:
        raise Http404(refusal.detail) from refusal
    return Shown(competition, of_track, phase, times, found, bool(version or as_of))


def _own_board(request: HttpRequest, slug: str, track: str) -> HttpResponse:
    response = _page(request, slug, track)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _shared_board(request: HttpRequest, slug: str, track: str) -> HttpResponse:
    """One query tells whether the page has changed, and the page is made once for all who see the same."""
    tag = shared_tag(request, slug, track)
    if tag is None:
        return _hashed_board(request, slug, track)
    content = _pages.find(tag)
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None and unchanged.status_code == 304:
        response = unchanged
    elif content is not None:
        response = HttpResponse(content)
    else:
        response = _page(request, slug, track)
        _pages.put(tag, response.content)
    response["ETag"] = tag
    patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    return response


@conditional_page
def _hashed_board(request: HttpRequest, slug: str, track: str) -> HttpResponse:
    """The ETag is a hash of the page itself, so that it covers all that the page tells."""
    response = _page(request, slug, track)
    patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    return response


def _page(request: HttpRequest, slug: str, track: str) -> HttpResponse:
    shown = shown_board(request, slug, track, request.user)
    membership = Membership.objects.of(request.user, shown.competition)
    facts = {
        "track": shown.track,
        "phase": shown.phase,
        "state": next(state for known, state in shown.times.phases if known == shown.phase),
        "times": shown.times,
        "board": shown.board,
        "membership": membership,
        "part": _part(shown),
        "scored": _scored_labels(shown),
        "hides": shown.phase.shows == Shows.NOTHING,
        "pace": OPEN_BOARD if shown.phase.is_open(shown.times.now) else CLOSED_BOARD,
    }
    facts |= _table(request, shown, membership.team.name if membership else None)
    facts |= _around(shown) if shown.pinned else _beside(shown)
    return render(request, "competition/board.html", frame(request, shown.competition, shown.track.kind) | facts)


def _table(request: HttpRequest, shown: Shown, own_team: str | None) -> dict[str, Any]:
    of, choice = shown.drawn(), Choice.of(request.GET)
    listed = choice.listed(of.rows)
    page = choice.cut(listed)
    if shown.board is None:
        return {"of": of, "choice": choice, "page": page}
    own = own_place(choice, of, listed, page, own_team)
    example = own.row if own else (of.rows or [None])[0]
    return {
        "of": of,
        "choice": choice,
        "page": page,
        "headings": choice.headings(),
        "rows_html": html_of_rows(shown.board, shown.phase, of, page.rows, own_team),
        "own": own,
        "snippets": example and snippets(request, shown.board, shown.phase, shown.track, example),
        "has_baselines": any(row.entry["baseline"] for row in of.rows),
        "all_rows": choice.query(whole=True),
        "in_pages": choice.query(whole=False),
        "without_filter": Choice(kept=choice.kept).query(),
        "page_links": _page_links(choice, page.number, page.pages),
    }


def _page_links(choice: Choice, number: int, pages: int) -> list[tuple[int, str]]:
    """The first, the last, and those around the present one; 0 stands for those in between."""
    wanted = sorted({1, pages, *range(max(1, number - 2), min(pages, number + 2) + 1)})
    links: list[tuple[int, str]] = []
    for one in wanted:
        if links and one - links[-1][0] > 1:
            links.append((0, ""))
        links.append((one, choice.query(page=one)))
    return links


def _beside(shown: Shown) -> dict[str, Any]:
    """What belongs to the newest board and is not ranked."""
    phase, track, now = shown.phase, shown.track, shown.times.now
    return {
        "disqualified": _disqualified(phase, track),
        "awards": Awards.objects.latest_of(phase, track) if phase.revealed_at else None,
        "declared": _declared(shown.competition, phase, track, now),
        "kinds": KINDS,
        "undeclared": _teams_without_declaration(phase, track),
        "references": [row for row in shown.competition.reference_rows if row["track"] == track.kind],
    }


def _around(shown: Shown) -> dict[str, Any]:
    """A snapshot and its neighbours."""
    if shown.board is None:
        return {"pinned": True}
    readable = Board.objects.readable_of(shown.phase, shown.track)
    newest = snapshot(shown.phase, shown.track)
    following = readable.filter(version__gt=shown.board.version).order_by("version").first()
    return {
        "pinned": True,
        "is_newest": newest is not None and newest.pk == shown.board.pk,
        "earlier": readable.filter(version__lt=shown.board.version).order_by("-version").first(),
        "later": following or (newest if newest and newest.version > shown.board.version else None),
    }


def _declared(competition: Competition, phase: Phase, track: Track, now: datetime) -> list[Declared]:
    return public_declarations(competition, now, phase=phase, track=track) if phase.state(now) == "closed" else []


def _teams_without_declaration(phase: Phase, track: Track) -> list[str]:
    """Whose rows are not verified with the others, since nothing is declared for them."""
    told = phase.revealed_at is not None and phase.results != Results.PROVISIONAL
    return sorted({submission.team.name for submission in undeclared(phase, track)}) if told else []


def _disqualified(phase: Phase, track: Track) -> list[Submission]:
    """What was taken off this board, and why: both are public."""
    off = Submission.objects.filter(phase=phase, track=track, disqualified_at__isnull=False)
    return list(off.select_related("team").order_by("-disqualified_at", "pk"))


def _part(shown: Shown) -> str:
    """Which images the scores are about; empty where all of them are."""
    if shown.board is None or not Split.objects.filter(competition=shown.competition).exists():
        return ""
    return "private part" if shown.board.shows == Shows.PRIVATE else "public part"


def _scored_labels(shown: Shown) -> tuple[int, int] | None:
    """How many labels count, of how many; None where scores are held, since that would tell of the labels."""
    if shown.board is None or shown.phase.holds:
        return None
    measure = TruthTrack.objects.filter(ground_truth=shown.board.ground_truth_id, track=shown.track).first()
    return (len(measure.scored_labels), len(measure.labels)) if measure else None
