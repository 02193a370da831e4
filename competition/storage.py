"""Where uploaded files are kept: one file each, under a random name, readable by the owner and the group only."""

import hashlib
import os
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

FOLDER = "submissions"
SLOTS = "slots"
PARTIAL = ".part"
"""What the name of a file ends with that is still on its way in."""
ABANDONED_AFTER = 24 * 3600
"""Seconds without a byte, after which nobody is writing a partial file any more."""


@dataclass(frozen=True)
class Kept:
    """A stored file: its name below the storage folder, its size in bytes and the SHA-256 of its bytes (hex)."""

    name: str
    size: int
    sha256: str


def _root() -> Path:
    return Path(settings.ENVIRONMENT.storage_dir)


def _inherit_owner(path: Path) -> None:
    """Give a thing that root has made to the owner of the folder it lies in, so that the web process can use it."""
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid)


def _make_folder(path: Path) -> None:
    if path.is_dir():
        return
    _make_folder(path.parent)
    path.mkdir(mode=0o2750, exist_ok=True)
    _inherit_owner(path)


@dataclass
class Incoming:
    """A file on its way in, hashed and counted while it is written; it gets its name by `keep`, and is durable then."""

    name: str = field(default_factory=lambda: f"{FOLDER}/{uuid.uuid4().hex}")
    size: int = 0

    def __post_init__(self) -> None:
        self._hash = hashlib.sha256()
        self._path = _root() / f"{self.name}{PARTIAL}"
        _make_folder(self._path.parent)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
        self._stream: BinaryIO = os.fdopen(descriptor, "wb")
        _inherit_owner(self._path)

    @property
    def sha256(self) -> str:
        """Of the bytes so far, hex."""
        return self._hash.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Append bytes."""
        self._stream.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)

    def read(self) -> bytes:
        """The bytes so far."""
        self._stream.flush()
        return self._path.read_bytes()

    def keep(self) -> Kept:
        """Force the bytes and the name to the disk; only then may a receipt speak of them."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        self._path.rename(_root() / self.name)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return Kept(self.name, self.size, self.sha256)

    def drop(self) -> None:
        """Forget the file, unless it is kept. Safe to call twice, and when the disk is too full for what is written."""
        try:
            self._stream.close()
        except OSError:
            pass
        finally:
            self._path.unlink(missing_ok=True)


def slots_folder() -> Path:
    """Where the locks lie that bound how many large files are checked at once."""
    folder = _root() / SLOTS
    _make_folder(folder)
    return folder


def read(name: str) -> bytes:
    """The bytes of a stored file."""
    return (_root() / name).read_bytes()


def open_file(name: str) -> BinaryIO:
    """A stored file, opened for reading."""
    return (_root() / name).open("rb")


def drop(name: str) -> None:
    """Remove a stored file; one that is gone already is no fault."""
    (_root() / name).unlink(missing_ok=True)


def is_empty() -> bool:
    """Whether not a single file is kept here, whole or half."""
    folder = _root() / FOLDER
    return not folder.is_dir() or not any(folder.iterdir())


def drop_abandoned() -> int:
    """Remove what processes that were killed have left half written; returns how many files that were.

    Needs no look into the books: what is still partial was never booked.
    """
    long_ago = time.time() - ABANDONED_AFTER
    abandoned = [path for path in (_root() / FOLDER).glob(f"*{PARTIAL}") if path.stat().st_mtime < long_ago]
    for path in abandoned:
        path.unlink(missing_ok=True)
    return len(abandoned)


def old_files() -> list[str]:
    """The names of whole files that nobody has written to for a day."""
    long_ago = time.time() - ABANDONED_AFTER
    folder = _root() / FOLDER
    found = [entry for entry in os.scandir(folder) if entry.is_file()] if folder.is_dir() else []
    return sorted(
        f"{FOLDER}/{entry.name}"
        for entry in found
        if not entry.name.endswith(PARTIAL) and entry.stat().st_mtime < long_ago
    )


def is_writable() -> bool:
    """Whether a file can be stored now: one byte is written and removed."""
    try:
        incoming = Incoming()
    except OSError:
        return False
    try:
        incoming.write(b"\n")
        incoming.keep()
    except OSError:
        return False
    finally:
        incoming.drop()
        drop(incoming.name)
    return True
