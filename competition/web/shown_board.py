"""The board that an address names, and what the page tells of it to everybody alike."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from competition.errors import Invalid, NotFound
from competition.models import (
    Awards,
    Board,
    Competition,
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
from competition.web.board_tag import Told
from competition.web.drawn_board import Drawn, drawn
from competition.web.find import competition_of
from competition.web.kept import Kept
from competition.web.pace import CLOSED_BOARD, OPEN_BOARD
from competition.web.phases import Timetable, timetable

MOST_ROWS = 20_000
ROOM_BESIDE = 200
"""What is told beside the rows takes as much as so many of them."""

Facts = dict[str, Any]


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


def facts_for_all(request: HttpRequest, slug: str, track: str, told: Told | None) -> Facts:
    """What the page tells whoever may see it: found anew, unless it was found before and nothing of it has changed."""
    if told is None or "version" in request.GET or "as_of" in request.GET:
        return _facts(shown_board(request, slug, track, request.user))
    key = (told, slug, track, request.GET.get("phase", ""), get_language())
    return _kept.get(key, lambda: _facts(shown_board(request, slug, track, None)))


_kept: Kept[Facts] = Kept(MOST_ROWS, lambda facts: ROOM_BESIDE + len(facts["of"].rows))


def _facts(shown: Shown) -> Facts:
    of = shown.drawn()
    facts = {
        "competition": shown.competition,
        "track": shown.track,
        "phase": shown.phase,
        "state": next(state for known, state in shown.times.phases if known == shown.phase),
        "times": shown.times,
        "board": shown.board,
        "of": of,
        "has_baselines": any(row.entry["baseline"] for row in of.rows),
        "part": _part(shown),
        "scored": _scored_labels(shown),
        "hides": shown.phase.shows == Shows.NOTHING,
        "pace": OPEN_BOARD if shown.phase.is_open(shown.times.now) else CLOSED_BOARD,
    }
    return facts | (_around(shown) if shown.pinned else _beside(shown))


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
    """How many labels count, of how many; None where that is kept secret, as the rules page says."""
    if shown.board is None or not shown.competition.tells_what_counts():
        return None
    measure = TruthTrack.objects.filter(ground_truth=shown.board.ground_truth_id, track=shown.track).first()
    return (len(measure.scored_labels), len(measure.labels)) if measure else None
