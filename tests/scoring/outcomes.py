"""What a reader makes of a file, in a form that can be compared."""

from collections.abc import Callable

import numpy as np

from scoring.errors import FaultyFile

Read = Callable[[bytes], object]


def outcome(read: Read, data: bytes) -> object:
    """What was read, or what is said of the faults; anything else that is raised is a crash."""
    try:
        found = read(data)
    except FaultyFile as fault:
        refused = fault
    else:
        return plain(found)

    problems = refused.problems
    lines = [problem.line for problem in problems if problem.line is not None]
    assert 0 < len(problems) == min(refused.total, 100)
    assert lines == sorted(lines)
    assert all(1 <= line <= data.count(b"\n") + 1 for line in lines)
    assert all(problem.detail.isprintable() and problem.detail.endswith(".") for problem in problems)
    return refused.as_json()


def plain(found: object) -> object:
    """What was read, to the bit."""
    if isinstance(found, np.ndarray):
        return found.dtype.str, found.shape, found.tobytes()
    if isinstance(found, tuple):
        return [plain(value) for value in found]
    if hasattr(found, "__dataclass_fields__"):
        return [plain(getattr(found, name)) for name in found.__dataclass_fields__]
    return found
