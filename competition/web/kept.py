"""What was made at some cost and may be made again, kept in this process up to a bound."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """The things used last, as many as weigh no more than `most` together. Threads may share it."""

    def __init__(self, most: int, weigh: Callable[[Thing], int] = len) -> None:  # type: ignore[assignment]
        self._most, self._weigh, self._weight = most, weigh, 0
        self._things: OrderedDict[Hashable, tuple[Thing, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """The thing of that key, made if it isn't here. Two threads at once may both make it; one is kept."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key][0]
        thing = make()
        self.put(key, thing)
        return thing

    def put(self, key: Hashable, thing: Thing) -> None:
        """Keep a thing, and let go of those that were used longest ago."""
        weight = self._weigh(thing)
        with self._lock:
            self._weight += weight - self._things.pop(key, (None, 0))[1]
            self._things[key] = (thing, weight)
            while self._weight > self._most and len(self._things) > 1:
                self._weight -= self._things.popitem(last=False)[1][1]

    def find(self, key: Hashable) -> Thing | None:
        """The thing of that key, if it is here."""
        with self._lock:
            if key not in self._things:
                return None
            self._things.move_to_end(key)
            return self._things[key][0]
