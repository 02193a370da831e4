"""What a chart is made of, and how shares become places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Tick:
    """A line across the chart, and the word beside it."""

    at: float
    word: str


@dataclass(frozen=True)
class Frame:
    """The drawing and the room around its inner part, in units of the drawing."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int

    @property
    def x_start(self) -> int:
        """Where the inner part begins, from the left."""
        return self.left

    @property
    def x_end(self) -> int:
        """Where it ends."""
        return self.width - self.right

    @property
    def y_end(self) -> int:
        """Its lower edge, from the top."""
        return self.height - self.bottom

    @property
    def x_middle(self) -> float:
        """For a word below."""
        return (self.left + self.x_end) / 2

    @property
    def y_middle(self) -> float:
        """For a word beside."""
        return (self.top + self.y_end) / 2

    @property
    def is_large(self) -> bool:
        """Whether there is room for the name of the vertical axis."""
        return self.width >= LARGE.width

    @property
    def word_below(self) -> int:
        """The foot of the horizontal axis' name."""
        return self.height - 3

    @property
    def ticks_below(self) -> int:
        """The foot of the words of its ticks."""
        return self.y_end + 13

    @property
    def ticks_beside(self) -> int:
        """The right end of the words of the vertical axis' ticks."""
        return self.left - 5

    def x(self, share: float) -> float:
        """0 is the left edge of the inner part, 1 the right one; what lies outside goes to the edge."""
        return round(self.left + min(max(share, 0.0), 1.0) * (self.x_end - self.left), self._decimals)

    def y(self, share: float) -> float:
        """0 is the lower edge, 1 the upper one."""
        return round(self.y_end - min(max(share, 0.0), 1.0) * (self.y_end - self.top), self._decimals)

    @property
    def _decimals(self) -> int:
        """A page has many small drawings, whose unit is less than a pixel: whole ones halve its weight."""
        return 1 if self.is_large else 0


SMALL = Frame(width=200, height=160, left=30, right=10, top=8, bottom=30)
LARGE = Frame(width=460, height=330, left=54, right=14, top=12, bottom=44)


@dataclass(frozen=True)
class Chart:
    """`line`, `area`, `guide` and `thin` are data of SVG paths; `rows` are the numbers, as words, under `columns`."""

    name: str
    sentence: str
    """What is seen, for who doesn't see it."""
    frame: Frame
    x_name: str
    y_name: str
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    line: str
    area: str = ""
    guide: str = ""
    thin: str = ""
    columns: tuple[str, str] = ("", "")
    rows: Sequence[tuple[str, str]] = field(default_factory=tuple)


def share_ticks(frame: Frame, *, upright: bool) -> list[Tick]:
    """0, 0.5 and 1 on a small drawing, steps of a fifth on a large one."""
    shares = (0, 0.2, 0.4, 0.6, 0.8, 1) if frame.is_large else (0, 0.5, 1)
    place = frame.y if upright else frame.x
    return [Tick(place(share), f"{share:g}") for share in shares]


def path(places: Iterable[tuple[float, float]]) -> str:
    """Straight lines from place to place; those that coincide are drawn once."""
    words: list[str] = []
    before = None
    for place in places:
        if place != before:
            words.append(f"{place[0]:g} {place[1]:g}")
            before = place
    return f"M{'L'.join(words)}" if words else ""


def closed(places: Sequence[tuple[float, float]], frame: Frame) -> str:
    """What lies between these places and the lower edge."""
    if not places:
        return ""
    return f"{path([(places[0][0], frame.y_end), *places, (places[-1][0], frame.y_end)])}Z"
