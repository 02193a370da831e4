"""A ZIP archive that is written while it is sent: nothing waits on a disk, and no more than a piece is in memory.

ZIP64 throughout, so that neither size nor number of files has a limit. The sizes of a file stand behind it, as the
format allows for what can't be rewound. Every file has the same date and mode: the same content gives the same bytes.
"""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

PIECE = 64 * 1024
FASTEST = 1
"""The level of compression: CSV shrinks to a third, and the processor keeps up with the line."""


@dataclass(frozen=True)
class Member:
    """One file of an archive: its path in it, and its content piece by piece, made when it is asked for."""

    name: str
    pieces: Callable[[], Iterable[bytes]]


@dataclass
class Written:
    """What has been written so far: (path, size in bytes, SHA-256 in hex) of each file."""

    members: list[tuple[str, int, str]] = field(default_factory=list)


class _Line(io.RawIOBase):
    """Takes what the archive writes, and gives it away."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        taken = bytes(piece)  # type: ignore[call-overload]
        self._pieces.append(taken)
        self.size += len(taken)
        return len(taken)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces, self.size = [], 0
        return taken


def zip_stream(members: Iterable[Member], written: Written) -> Iterator[bytes]:
    """The archive's bytes. `written` grows with it, so that the last member can list those before it."""
    line = _Line()
    with zipfile.ZipFile(line, "w", zipfile.ZIP_DEFLATED, compresslevel=FASTEST) as archive:
        for number, member in enumerate(members):
            size, digest = 0, hashlib.sha256()
            with archive.open(member.name, "w", force_zip64=True) as file:
                for piece in member.pieces():
                    file.write(piece)
                    digest.update(piece)
                    size += len(piece)
                    if line.size >= PIECE:
                        yield line.take()
            written.members.append((member.name, size, digest.hexdigest()))
            if number == 0 or line.size >= PIECE:
                yield line.take()
    yield line.take()
