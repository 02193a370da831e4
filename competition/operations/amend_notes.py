"""Where the differences between a competition and its folder are written down."""

from typing import Protocol


class Notes(Protocol):
    """Takes the differences one by one."""

    def note(self, what: str, before: object, after: object, *, remeasures: bool = False) -> None:
        """Write it down, if it is one. remeasures: whether it makes a new version of the ground truth."""
