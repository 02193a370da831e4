"""Files of this machine: whether they can be handed in, and their bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vindr_bench.errors import InvalidFile, Misused

_LONGEST_HEADER = 64 * 1024


def read_file(path: Path) -> bytes:
    """The bytes of a file; Misused with a sentence where it can't be read."""
    with reading(path):
        return path.read_bytes()


def first_line(path: Path) -> bytes:
    """The header of a file of predictions, or as much of it as tells its track."""
    with reading(path), open(path, "rb") as file:
        return file.readline(_LONGEST_HEADER)


def read_predictions(path: Path) -> bytes:
    """The bytes of a file that is to be checked; InvalidFile at once for one that is too large to be handed in."""
    refuse_what_no_server_takes(path)
    return read_file(path)


def refuse_what_no_server_takes(path: Path) -> None:
    """InvalidFile for a file that is too large to be handed in, before it is read."""
    from scoring import SERVER_LIMITS

    most = SERVER_LIMITS.bytes
    size = path.stat().st_size if path.is_file() else 0
    if most is not None and size > most:
        detail = f"The file has {size} bytes; at most {most} are read."
        problem = {"code": "file_too_large", "line": None, "column": None, "value": None, "detail": detail}
        raise InvalidFile("faulty_file", f"{path} is too large.", name=str(path), problems=[problem], total=1)


def refuse_a_pipe(path: Path) -> None:
    """Misused where a file can be read only once: it is read for the check, for its SHA-256, and as it goes out."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise Misused("not_a_file", f"{path} can be read only once: write it to a file, and hand that in.")


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Misused with a sentence where a file can't be read."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
    else:
        return
    raise Misused("unreadable_file", f"{path} can't be read: {reason}.")
