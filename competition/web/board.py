"""The board of a track: a published snapshot, drawn."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import conditional_page, require_safe

from competition.models import Awards, Board, Competition, Membership, Phase, Results, Shows, Split, Submission, Track
from competition.operations.declare import KINDS
from competition.operations.declared import Declared, public_declarations, undeclared
from competition.web.find import competition_of, frame
from competition.web.pace import CLOSED_BOARD, OPEN_BOARD
from competition.web.phases import Timetable, timetable

STEP = 0.05
MARK_WIDTH = 1.2


@dataclass(frozen=True)
class Bar:
    """An interval as it is drawn, on a scale of 0 to 100."""

    low: float
    width: float
    mark: float


@dataclass(frozen=True)
class Row:
    """A row of the board, and what the page adds to it."""

    entry: dict[str, Any]
    bar: Bar | None
    tied: bool
    own: bool
    like_above: bool
    like_first: bool
    moved: int
    """Ranks won since the public board; negative: lost."""

    @property
    def moved_down(self) -> int:
        """Ranks lost."""
        return -self.moved


@dataclass(frozen=True)
class Scale:
    """The scores from left to right of the drawn intervals."""

    low: float
    high: float

    def place(self, value: float) -> float:
        """0 at the left end, 100 at the right one."""
        return round(100 * (value - self.low) / (self.high - self.low), 2)


@require_safe
def board(request: HttpRequest, slug: str, track: str) -> HttpResponse:
    """The newest board. Readers without an account share one page and its ETag; a person's own page is theirs alone."""
    show = _own_board if request.user.is_authenticated else _shared_board
    response = show(request, slug, track)
    patch_vary_headers(response, ["Cookie"])
    return response


def _own_board(request: HttpRequest, slug: str, track: str) -> HttpResponse:
    response = _page(request, slug, track)
    patch_cache_control(response, private=True, no_cache=True)
    return response


@conditional_page
def _shared_board(request: HttpRequest, slug: str, track: str) -> HttpResponse:
    """The ETag is a hash of the page itself, so that it covers all that the page tells."""
    response = _page(request, slug, track)
    patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    return response


def _page(request: HttpRequest, slug: str, track: str) -> HttpResponse:
    competition = competition_of(slug, request.user)
    of_track = _track_of(competition, track)
    now = competition.now()
    times = timetable(competition, now)
    phase = _phase_of(times, request.GET.get("phase"))
    newest = Board.objects.latest_of(phase, of_track)
    membership = Membership.objects.of(request.user, competition)
    rows, scale = _rows(newest.entries if newest else [], membership.team.name if membership else None)
    facts = {
        "track": of_track,
        "phase": phase,
        "state": next(state for known, state in times.phases if known == phase),
        "times": times,
        "board": newest,
        "rows": rows,
        "scale": scale,
        "tells_pairs": any(row.entry["separable_from_first"] is not None for row in rows),
        "tells_public_rank": any(row.entry.get("public_rank") is not None for row in rows),
        "part": _part(competition, newest),
        "membership": membership,
        "disqualified": _disqualified(phase, of_track),
        "awards": Awards.objects.latest_of(phase, of_track) if phase.revealed_at else None,
        "declared": _declared(competition, phase, of_track, now),
        "kinds": KINDS,
        "undeclared": _teams_without_declaration(phase, of_track),
        "references": [row for row in competition.reference_rows if row["track"] == of_track.kind],
        "hides": phase.shows == Shows.NOTHING,
        "pace": OPEN_BOARD if phase.is_open(now) else CLOSED_BOARD,
    }
    return render(request, "competition/board.html", frame(request, competition, of_track.kind) | facts)


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


def _track_of(competition: Competition, kind: str) -> Track:
    for track in competition.tracks.all():
        if track.kind == kind:
            return track
    raise Http404


def _phase_of(times: Timetable, key: str | None) -> Phase:
    wanted = times.shown if key is None else next((phase for phase, _ in times.phases if phase.key == key), None)
    if wanted is None:
        raise Http404
    return wanted


def _part(competition: Competition, newest: Board | None) -> str:
    """Which images the scores are about; empty where all of them are."""
    if newest is None or not Split.objects.filter(competition=competition).exists():
        return ""
    return "private part" if newest.shows == Shows.PRIVATE else "public part"


def _rows(entries: list[dict[str, Any]], own_team: str | None) -> tuple[list[Row], Scale | None]:
    scale = _scale(entries)
    ranks = Counter(entry["rank"] for entry in entries if entry["rank"] is not None)
    first = min(ranks, default=None)
    rows = []
    for entry in entries:
        leads = entry["rank"] in (first, None)
        rows.append(
            Row(
                entry=entry,
                bar=_bar(entry, scale) if scale else None,
                tied=ranks[entry["rank"]] > 1,
                own=entry["team"] == own_team,
                like_above=entry["separable_from_above"] is False and not leads,
                like_first=entry["separable_from_first"] is False and not leads,
                moved=_moved(entry),
            )
        )
    return rows, scale


def _moved(entry: dict[str, Any]) -> int:
    before, now = entry.get("public_rank"), entry["rank"]
    return 0 if before is None or now is None else before - now


def _scale(entries: list[dict[str, Any]]) -> Scale | None:
    """From the lowest to the highest end of an interval, in steps of 0.05; None without any."""
    ends = [end for entry in entries if entry["interval"] for end in (*entry["interval"], entry["score"])]
    if not ends:
        return None
    low, high = floor(min(ends) / STEP) * STEP, ceil(max(ends) / STEP) * STEP
    return Scale(low, high) if low < high else Scale(0.0, 1.0)


def _bar(entry: dict[str, Any], scale: Scale) -> Bar | None:
    if not entry["interval"]:
        return None
    low, high = (scale.place(end) for end in entry["interval"])
    return Bar(
        low=low,
        width=round(max(high - low, 0.5), 2),
        mark=round(min(max(scale.place(entry["score"]) - MARK_WIDTH / 2, 0), 100 - MARK_WIDTH), 2),
    )
