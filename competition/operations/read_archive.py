"""An archive from elsewhere is opened, and everything about it is checked before a byte of it is believed."""

import hashlib
import json
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from competition.errors import Invalid
from competition.operations.export_archive import FORMAT, MANIFEST, VERSION
from competition.operations.zip_stream import PIECE

MOST_FILES = 1_000_000
LARGEST = 256 * 1024**3
"""Bytes of all files together, unpacked."""
DENSEST = 100
"""Times that an archive may grow when it is unpacked; CSV shrinks to a tenth at best."""
NEVER_DENSE = 64 * 1024**2
"""Bytes up to which that does not matter."""
LONGEST_LINE = 64 * 1024**2
LARGEST_MANIFEST = 512 * 1024**2
PLAIN_PART = re.compile(r"[^\x00-\x1f\x7f/\\:]{1,200}")
AS_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1


class FaultyArchive(Invalid):
    """It is no archive of ours, or not whole, or not what its manifest says."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail, field="archive")


@dataclass(frozen=True)
class Archive:
    """A checked archive."""

    file: zipfile.ZipFile
    facts: dict[str, Any]
    """The manifest without its list of files."""
    members: dict[str, tuple[int, str]]
    """Path → size in bytes and SHA-256 in hex, as the manifest has them and as they are."""
    manifest_sha256: str

    def open(self, name: str) -> IO[bytes]:
        """A file of the archive; refuses what isn't there."""
        if name not in self.members:
            raise FaultyArchive("file_missing", f"The archive has no {name}.")
        return self.file.open(name)

    def read(self, name: str) -> bytes:
        """All of it."""
        with self.open(name) as stream:
            return stream.read()

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        """The rows of a file with a JSON text on each line; none where there is no such file."""
        if name not in self.members:
            return
        with self.open(name) as stream:
            number = 0
            while content := stream.readline(LONGEST_LINE):
                number += 1
                yield _row(content, name, number)


def _row(content: bytes, name: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FaultyArchive("faulty_row", f"{name}, line {number}: this is no JSON.") from error
    if not isinstance(row, dict):
        raise FaultyArchive("faulty_row", f"{name}, line {number}: this is no row.")
    return row


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The archive, once its form, its version, its size and every hash are checked."""
    try:
        file = zipfile.ZipFile(path)
    except OSError as error:
        raise FaultyArchive("unreadable", f"{path} can't be read: {error.strerror}.") from error
    except zipfile.BadZipFile as error:
        raise FaultyArchive("not_whole", "This is no ZIP archive, or it has broken off: export it again.") from error
    with file:
        _refuse_odd_members(file, path.stat().st_size)
        facts, members, digest = _manifest(file)
        _compare(file, members)
        yield Archive(file, facts, members, digest)


def _refuse_odd_members(file: zipfile.ZipFile, packed: int) -> None:
    """Names that lead elsewhere, links, what is encrypted, and bombs."""
    infos = file.infolist()
    if len(infos) > MOST_FILES:
        raise FaultyArchive("too_many_files", f"An archive has at most {MOST_FILES} files.")
    if len({info.filename for info in infos}) != len(infos):
        raise FaultyArchive("file_twice", "A file is in the archive twice.")
    for info in infos:
        parts = info.orig_filename.split("/")
        if len(parts) > 3 or not all(PLAIN_PART.fullmatch(part) and part not in (".", "..") for part in parts):
            raise FaultyArchive("odd_name", f"{info.orig_filename!r} is no name of a file in an archive.")
        if info.flag_bits & ENCRYPTED or info.compress_type not in AS_PACKED or stat.S_ISLNK(info.external_attr >> 16):
            raise FaultyArchive("odd_file", f"{info.filename} is a link, or encrypted, or packed in an unknown way.")
    size = sum(info.file_size for info in infos)
    if size > LARGEST or (size > NEVER_DENSE and size > DENSEST * packed):
        raise FaultyArchive("too_large", f"The archive would be {size} bytes when it is unpacked; it isn't read.")


def _manifest(file: zipfile.ZipFile) -> tuple[dict[str, Any], dict[str, tuple[int, str]], str]:
    infos = file.infolist()
    if not infos or infos[-1].filename != MANIFEST:
        raise FaultyArchive("not_whole", f"The archive doesn't end with {MANIFEST}: it is none of ours, or not whole.")
    if infos[-1].file_size > LARGEST_MANIFEST:
        raise FaultyArchive("too_large", f"{MANIFEST} is too large.")
    try:
        content = file.read(MANIFEST)
        facts = json.loads(content)
        form, version, listed = facts["format"], facts["version"], facts.pop("members")
        members = {entry["name"]: (int(entry["size"]), str(entry["sha256"])) for entry in listed}
    except (zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FaultyArchive("faulty_manifest", f"{MANIFEST} is none that this server writes.") from error
    if form != FORMAT or not isinstance(version, int):
        raise FaultyArchive("faulty_manifest", "This is no archive of a competition.")
    if version > VERSION:
        raise FaultyArchive(
            "newer_version", f"The archive has version {version}, and this server reads up to {VERSION}: update it."
        )
    if list(members) != [info.filename for info in infos[:-1]]:
        raise FaultyArchive("not_whole", f"The files are not those that {MANIFEST} lists.")
    return facts, members, hashlib.sha256(content).hexdigest()


def _compare(file: zipfile.ZipFile, members: dict[str, tuple[int, str]]) -> None:
    """Every byte is read and hashed."""
    for name, told in members.items():
        digest, size = hashlib.sha256(), 0
        try:
            with file.open(name) as stream:
                while piece := stream.read(PIECE):
                    digest.update(piece)
                    size += len(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise FaultyArchive("damaged", f"{name} is damaged.") from error
        if (size, digest.hexdigest()) != told:
            raise FaultyArchive("damaged", f"{name} is not the file that {MANIFEST} lists.")
