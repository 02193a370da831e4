"""The dates of a competition in one row, with where it is now among them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from competition.models import Competition
from competition.web.phases import Timetable

WIDTH = 1000
NARROWEST = 4


@dataclass(frozen=True)
class Event:
    """Something that happens at an instant; `now` is the present among them."""

    at: datetime
    title: str
    detail: str = ""
    past: bool = False
    now: bool = False


@dataclass(frozen=True)
class Span:
    """A phase as it is drawn: from `left` on, `width` wide, of WIDTH, in the row `row` from above."""

    title: str
    state: str
    left: float
    width: float
    row: int

    @property
    def top(self) -> int:
        """Where its row begins."""
        return 14 * self.row


@dataclass(frozen=True)
class Schedule:
    """All dates in their order, and the phases drawn on one line of time with `now` on it (None: outside)."""

    events: list[Event]
    spans: list[Span]
    now_at: float | None
    begins: datetime | None
    ends: datetime | None

    @property
    def height(self) -> int:
        """Of the drawing."""
        return 14 * len(self.spans) + 4


def schedule_of(competition: Competition, times: Timetable) -> Schedule:
    """What is planned and what has been; without a query of its own."""
    events = sorted(_events(competition, times), key=lambda event: event.at)
    now = Event(times.now, _("Now"), now=True)
    if events:
        at = sum(event.past for event in events)
        events.insert(at, now)
    spans, now_at = _drawn(times)
    starts = [phase.opens_at for phase, _ in times.phases]
    ends = [phase.closes_at for phase, _ in times.phases]
    return Schedule(events, spans, now_at, min(starts, default=None), max(ends, default=None))


def _events(competition: Competition, times: Timetable) -> Iterator[Event]:
    def event(at: datetime | None, title: str, detail: str = "") -> Iterator[Event]:
        if at is not None:
            yield Event(at, title, detail, past=at <= times.now)

    for phase, _state in times.phases:
        yield from event(
            phase.opens_at, _("{phase} opens").format(phase=phase.title), _limits(phase.daily_limit, phase.total_limit)
        )
        yield from event(
            phase.closes_at,
            _("{phase} closes").format(phase=phase.title),
            _("What arrives at this instant or later is late"),
        )
        yield from event(phase.revealed_at, _("Final board of {phase} published").format(phase=phase.title))
        yield from event(
            phase.appeals_until, _("Last day to object to the results of {phase}").format(phase=phase.title)
        )
    yield from event(competition.entry_until, _("Last chance to enter or to join a team"))
    yield from event(competition.merge_until, _("Last chance to merge teams"))
    yield from event(competition.external_data_until, _("Last chance to declare further external data and models"))
    yield from event(competition.embargo_until, _("Embargo ends"), _("From then on results may be published"))


def _limits(daily: int, total: int) -> str:
    return _("{daily} uploads a day, {total} in all, per team and track").format(daily=daily, total=total)


def _drawn(times: Timetable) -> tuple[list[Span], float | None]:
    if not times.phases:
        return [], None
    begins = min(phase.opens_at for phase, _ in times.phases)
    ends = max(phase.closes_at for phase, _ in times.phases)

    def place(at: datetime) -> float:
        return round(WIDTH * ((at - begins) / (ends - begins)), 1)

    spans = [
        Span(
            phase.title,
            state,
            place(phase.opens_at),
            max(place(phase.closes_at) - place(phase.opens_at), NARROWEST),
            row,
        )
        for row, (phase, state) in enumerate(times.phases)
    ]
    return spans, place(times.now) if begins <= times.now <= ends else None
