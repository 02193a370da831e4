"""What the person at the terminal is told when the demo can't be started."""


class CannotStartError(Exception):
    """The reason in one sentence that says what to do."""
