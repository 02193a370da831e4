"""The limits of a child: what it may use, and how it is told which one it met."""

import resource
import struct
from dataclasses import dataclass
from enum import IntEnum

_FORM = struct.Struct("<QIdI")
OPEN_FILES = 64
FILE_BYTES = 64 * 1024 * 1024
MOST_THREADS = 64
"""Scoring starts one more than it has."""


class End(IntEnum):
    """How a child ended."""

    BY_ITSELF = 0
    MEMORY = 1
    PROCESSOR = 2
    CLOCK = 3
    DIED = 4
    THREADS = 5


SENTENCES = {
    End.MEMORY: "more memory than one file may take",
    End.PROCESSOR: "more processor time than one file may take",
    End.CLOCK: "more time than one file may take",
    End.THREADS: "more threads than one file may start",
}


@dataclass(frozen=True)
class Limits:
    """What one child may use."""

    memory_bytes: int
    """Of what it touches, the nursery's own pages included; address space is not counted."""
    cpu_seconds: int
    seconds: float
    """By the wall clock."""
    threads: int = MOST_THREADS

    def as_bytes(self) -> bytes:
        """The bytes that `limits_from` reads."""
        return _FORM.pack(self.memory_bytes, self.cpu_seconds, self.seconds, self.threads)

    def impose(self) -> None:
        """Bind this process. What the kernel can't count, the nursery looks at from outside.

        Private memory is bounded at twice the limit too, for what grows between two looks.
        """
        # At the second number of RLIMIT_CPU the kernel kills; at the first it says why.
        resource.setrlimit(resource.RLIMIT_CPU, (self.cpu_seconds, self.cpu_seconds + 2))
        for which, limit in (
            (resource.RLIMIT_DATA, 2 * self.memory_bytes),
            (resource.RLIMIT_NOFILE, OPEN_FILES),
            (resource.RLIMIT_FSIZE, FILE_BYTES),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(which, (limit, limit))


def limits_from(content: bytes) -> Limits:
    """Read what `as_bytes` wrote."""
    return Limits(*_FORM.unpack(content))
