"""The form of a backup on disk: what its manifest says, and whether the folder holds exactly that.

manifest.json              what is here, with the size and SHA-256 of every file, and what it must come to
tables/NAME.copy.gz        the rows of a table as PostgreSQL's COPY writes them
files/submissions/…        the uploaded files under the names that the rows give them
"""

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any, BinaryIO

FORMAT = "vindr-bench backup 1"
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024
_NAME_OF_FILE = re.compile(r"submissions/[0-9a-f]{32}")
_NAME_OF_TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")


class FaultyBackup(Exception):
    """The folder is no backup, or not whole; the sentence says where."""


def new_file(path: Path) -> BinaryIO:
    """A file that only its owner may read, made now."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def sync(path: Path) -> None:
    """Force a file or the names in a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hash_of(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 (hex)."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def path_of_table(folder: Path, name: str) -> Path:
    """Where the rows of a table lie."""
    return folder / "tables" / f"{name}.copy.gz"


def path_of_file(folder: Path, name: str) -> Path:
    """Where an uploaded file lies, by its name in the storage."""
    return folder / "files" / name


def read_backup(folder: Path) -> dict[str, Any]:
    """The manifest of a backup of which every byte is there. Raises FaultyBackup with the first thing that is not."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise FaultyBackup(f"{folder} has no readable {MANIFEST}: it is no backup, or one that broke off.") from error
    if manifest.get("format") != FORMAT:
        raise FaultyBackup(f"{folder} is of another form than “{FORMAT}”.")
    for table in manifest["tables"]:
        if not _NAME_OF_TABLE.fullmatch(table["name"]):
            raise FaultyBackup(f"{table['name']!r} is no name of a table.")
        _check(path_of_table(folder, table["name"]), table)
    for file in manifest["files"]:
        if not _NAME_OF_FILE.fullmatch(file["name"]):
            raise FaultyBackup(f"{file['name']!r} is no name of an uploaded file.")
        _check(path_of_file(folder, file["name"]), file)
    return manifest


def _check(path: Path, told: dict[str, Any]) -> None:
    if not path.is_file():
        raise FaultyBackup(f"{path} is missing.")
    if hash_of(path) != (told["size"], told["sha256"]):
        raise FaultyBackup(f"{path} is not what was written: its size or SHA-256 differs.")
