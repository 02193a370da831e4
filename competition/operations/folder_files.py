"""The files of a competition's folder, and which of them is at fault."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from competition.operations.description import FaultyFolder, faulty
from scoring import FaultyFile

T = TypeVar("T")


def bytes_in(folder: Path, name: str) -> bytes:
    """The content of a file that lies in the folder; FaultyFolder where the name leads out of it or to nothing."""
    path = folder / name
    if not name:
        raise faulty("competition.yaml", "file_missing", "A file name is empty.")
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise faulty(name, "outside_folder", "Files must lie in the competition's folder.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise faulty(name, "unreadable", f"The file can't be read: {error.strerror}.") from error


def text_in(folder: Path, name: str | None) -> str:
    """The file as text, empty where none is named; FaultyFolder where it is not UTF-8 or has a NUL character."""
    if name is None:
        return ""
    try:
        text = bytes_in(folder, name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise faulty(name, "encoding", f"The text is not UTF-8 (byte {error.start}).") from error
    if "\0" in text:
        raise faulty(name, "nul_byte", "The text has a NUL character; remove it.")
    return text


def checked_file(file: str, read: Callable[[], T]) -> T:
    """What `read` makes of a file's content; its faults as those of this file of the folder."""
    try:
        return read()
    except FaultyFile as faulty:
        raise FaultyFolder(file, faulty.problems, faulty.total) from faulty
