"""The standard streams, whatever they are: closed, full, a pipe that nobody reads, of few letters.

The answer goes out whole or its loss is told; what is said beside it keeps nobody from it.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import TextIO


def make_streams_bearable() -> None:
    """Put something that can be used in the place of closed streams, and escapes in that of unknown letters."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - it stays to the end
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Whoever has closed it wants to hear nothing.
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - it stays to the end
        # A terminal that can't show a character of a name gets it escaped instead of a traceback.
        getattr(sys, name).reconfigure(errors="backslashreplace")


def write(answer: str | bytes) -> bool:
    """Write to standard output, to the last byte; False where its reader has gone. OSError where it takes no more."""
    try:
        sys.stdout.flush()
        _write_all(answer if isinstance(answer, bytes) else answer.encode(sys.stdout.encoding, "backslashreplace"))
    except BrokenPipeError:
        silence(sys.stdout)
        return False
    except OSError:
        silence(sys.stdout)
        raise
    return True


def say(text: str) -> None:
    """A line on standard error, if somebody can hear it."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except OSError:
        silence(sys.stderr)


def unwritable(error: OSError) -> str:
    """The sentence that tells of a lost answer."""
    return f"The answer can't be written: {error.strerror}."


def silence(stream: TextIO) -> None:
    """Send what is still to be written nowhere: what is kept back would fail again when the process ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _write_all(data: bytes) -> None:
    # Python's unbuffered streams take a part and say so to nobody but their caller.
    rest = memoryview(data)
    while rest:
        taken = sys.stdout.buffer.write(rest)
        if taken is None:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        rest = rest[taken:]
    sys.stdout.buffer.flush()
