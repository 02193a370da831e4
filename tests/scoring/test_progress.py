import io

import numpy as np

from scoring.bootstrap import Resamples
from scoring.faults import Faults
from scoring.progress import progress_bar, tell
from scoring.table import Table


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """Goes on by half as long as the bar waits before it shows itself, each time it is looked at."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.3
        return self.now


def test_long_work_draws_a_bar_on_a_terminal_and_takes_it_away() -> None:
    terminal = Terminal()

    with progress_bar(terminal, Clock()):
        for done in range(5):
            tell("reading", done, 4)

    first, *states, away, end = terminal.getvalue().split("\r")
    assert first == ""
    assert states == [
        "reading    [" + "#" * full + "." * (30 - full) + f"] {share:3} %"
        for full, share in ((7, 25), (15, 50), (22, 75), (30, 100))
    ]
    assert (away.strip(), end) == ("", "")
    assert len(away) == len(states[-1])


def test_short_work_draws_nothing() -> None:
    terminal = Terminal()

    with progress_bar(terminal, lambda: 0.0):
        tell("reading", 1, 2)

    assert terminal.getvalue() == ""


def test_what_is_no_terminal_is_not_drawn_on() -> None:
    file = io.StringIO()

    with progress_bar(file, Clock()):
        for done in range(5):
            tell("reading", done, 4)

    assert file.getvalue() == ""


def test_after_the_work_nobody_listens() -> None:
    terminal = Terminal()
    with progress_bar(terminal, Clock()):
        pass

    for done in range(5):
        tell("reading", done, 4)

    assert terminal.getvalue() == ""


def test_reading_and_resampling_tell_how_far_they_are() -> None:
    terminal = Terminal()
    plain = b"id,x\n" + b"a,1\n" * 600_000
    quoted = plain.replace(b"a", b'"a"', 1)

    with progress_bar(terminal, Clock()):
        for data in (plain, quoted):
            for _ in Table(data, Faults()).batches():
                pass
        for _ in Resamples(np.ones((3, 50), np.uint8), np.arange(3)).blocks(1 << 22):
            pass

    states = [state.rstrip() for state in terminal.getvalue().split("\r")]
    assert {state.split(" ")[0] for state in states if state} == {"reading", "resampling"}
    assert states.count(states[-3]) == 1
    assert states[-3].endswith("100 %")
