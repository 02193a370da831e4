"""Boards of the past: the version of a number, the one that stood at an instant, and the one of the day before."""

from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from competition.errors import Invalid, NotFound
from competition.models import Board, Phase, Track

DAY = timedelta(days=1)
LONGEST_VERSION = 9


def snapshot(phase: Phase, track: Track, *, version: str = "", as_of: str = "") -> Board | None:
    """The board that is asked for, without its rows; the newest where neither is given, None before the first.

    version: its number. as_of: an instant or a day in ISO 8601, UTC where it names no zone; of a day its end counts.
    Raises Invalid for what is no number or date, NotFound for a version that isn't there or that nobody may read (any
    more).
    """
    if version and as_of:
        raise Invalid("two_snapshots", _('Give "version" or "as_of", not both.'), field="as_of")
    newest = Board.objects.filter(phase=phase, track=track).defer("entries", "steps").order_by("-version").first()
    if not version and not as_of:
        return newest
    found = _numbered(phase, track, version, newest) if version else _as_of(phase, track, as_of, newest)
    if found is None:
        raise NotFound("not_found", _("There is no such version of this board, or none that can be read now."))
    return found


def day_before(board: Board, phase: Phase, now: datetime | None = None) -> Board | None:
    """The board that stood a day before, without its rows: None where none did, or one that can't be compared.

    now: the time in the competition, for the newest board; left out, it is a day before the board was published.
    """
    track = Track(pk=board.track_id)
    before = Board.objects.readable_of(phase, track).as_of((now or board.published_at) - DAY)
    return before if before is not None and before.is_of_the_kind_of(board) else None


def read_instant(text: str) -> datetime:
    """Read an instant or a day; the end of a day is its last microsecond."""
    try:
        day = parse_date(text)
        instant = parse_datetime(text) if day is None else datetime.combine(day, datetime.max.time())
        if instant is not None:
            return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    raise Invalid("unreadable_date", _('"as_of" is a date such as 2026-11-25 or 2026-11-25T12:00:00Z.'), field="as_of")


def _numbered(phase: Phase, track: Track, version: str, newest: Board | None) -> Board | None:
    if not (version.isascii() and version.isdecimal()) or not version.strip("0"):
        raise Invalid("unreadable_version", _('"version" is the number of a version.'), field="version")
    if len(version) > LONGEST_VERSION:
        return None
    if newest is not None and newest.version == int(version):
        return newest
    return Board.objects.readable_of(phase, track).filter(version=int(version)).first()


def _as_of(phase: Phase, track: Track, as_of: str, newest: Board | None) -> Board | None:
    instant = read_instant(as_of)
    if newest is not None and newest.published_at <= instant:
        return newest
    return Board.objects.readable_of(phase, track).as_of(instant)
