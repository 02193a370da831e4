"""Work that is divided between two threads. Each result stands where its item does: the division decides nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Thread
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def results_of(work: Callable[[_Item], _Result], items: Sequence[_Item], *, on_two: bool) -> list[_Result]:
    """The result of each item, in their order; worked out by this thread and a second one if `on_two`.

    Only work that lets go of the interpreter gains by that. The first exception of either thread is raised, and what
    isn't begun by then is left.
    """
    if not on_two or len(items) < 2:
        return [work(item) for item in items]
    waiting = deque(range(len(items)))
    results: dict[int, _Result] = {}
    failures: list[BaseException] = []

    def go_on() -> None:
        while waiting and not failures:
            try:
                place = waiting.popleft()
            except IndexError:
                # The other thread was faster.
                return
            try:
                results[place] = work(items[place])
            except BaseException as failure:  # noqa: BLE001 - raised again by the thread that waits
                failures.append(failure)

    second = Thread(target=go_on)
    second.start()
    go_on()
    second.join()
    if failures:
        raise failures[0]
    return [results[place] for place in range(len(items))]
