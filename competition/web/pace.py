"""How often an open page asks if something has changed: `static/follow.js` keeps to it, the benchmark counts by it."""

from dataclasses import dataclass

GROWTH = 1.5
"""Each time that nothing has changed the wait grows by so much; `follow.js` has the same."""


@dataclass(frozen=True)
class Pace:
    """Seconds until the first question, and between two when nothing has changed for long."""

    first: float
    longest: float

    @property
    def per_minute_at_rest(self) -> float:
        """Questions a minute of a page on which nothing changes any more."""
        return 60 / self.longest


WAITING = Pace(first=0.7, longest=60)
"""A submission that is not scored yet."""
OPEN_BOARD = Pace(first=15, longest=60)
"""A board that uploads move."""
CLOSED_BOARD = Pace(first=60, longest=300)
"""A board that only the organizers move."""
QUEUE = Pace(first=5, longest=60)
"""The organizers' view of the queue."""

SECONDS_PER_PLACE = 0.3
"""What waits at place n of the queue is asked for after n times that, about as long as one worker takes for it."""


def again_at(place: int | None) -> float | None:
    """Seconds until it is worth asking for what waits at that place of the queue; None where none is known."""
    return None if place is None else round(min(max(place * SECONDS_PER_PLACE, WAITING.first), WAITING.longest), 1)
