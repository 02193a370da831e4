"""An upload: its key, by which the server knows a repeated one, and its bytes as they go out."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from vindr_bench.errors import Misused

Progress = Callable[[int, int], None]
"""Hears how many bytes have gone out, and of how many."""

_CHUNK: Final = 1024 * 1024


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def key_of(*, competition: str, phase: str, track: str, sha256: str) -> str:
    """The idempotency key of an upload.

    It follows from what is handed in where, so that the same command after a lost answer finds the submission that it
    has made. Keys are a team's, on the server.
    """
    told = "\n".join(["vindr-bench upload 1", competition, phase, track, sha256, ""])
    return f"vb1-{hashlib.sha256(told.encode()).hexdigest()}"


def new_key() -> str:
    """A key for a file that is handed in anew; who keeps it can ask for a lost answer again."""
    return f"again-{uuid.uuid4().hex}"


def checked_key(key: str) -> str:
    """The key, as a header can hold it; Misused for any other."""
    if re.fullmatch(r"[!-~](?:[ -~]{0,253}[!-~])?", key):
        return key
    raise Misused("bad_key", "A key is up to 255 letters from a to z, digits and other marks of ASCII.")


def as_utf8(text: str) -> str:
    """A word of the command line or a file's name, whatever letters the locale knows."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class Outgoing:
    """A file that tells how much of it has been read; what httpx streams from, however large it is."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self._file = file
        self._progress = progress
        self._size = os.fstat(file.fileno()).st_size

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most a MiB of them."""
        data = self._file.read(min(size, _CHUNK) if size >= 0 else size)
        self._progress(self._file.tell(), self._size)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As a file does."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As a file does."""
        return self._file.tell()

    def fileno(self) -> int:
        """As a file does: its size is asked for by it."""
        return self._file.fileno()
