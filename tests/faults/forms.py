"""How often: `make faults` runs the long form of these tests, `make test` one of some seconds."""

import os

LONG = os.environ.get("FAULTS") == "long"


def times(short: int, long: int) -> int:
    """So often in this run."""
    return long if LONG else short
