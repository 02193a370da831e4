"""Copies that any user can read: hard links where the file system allows it, in folders named by their content."""

import hashlib
import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path


def link_tree(source: Path, target: Path, left_out: Iterable[str] = ()) -> None:
    """Put every file below `source` into `target`, except those in folders called as in `left_out`."""
    for folder, folders, names in os.walk(source):
        folders[:] = [name for name in folders if name not in left_out and not name.startswith("config-")]
        for name in names:
            path = Path(folder, name)
            if path.is_file():
                link(path, target / path.relative_to(source))


def link(source: Path, target: Path) -> None:
    """Make `target` the same file as `source`, or a copy where that can't be or others couldn't read it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_symlink() or not source.stat().st_mode & stat.S_IROTH:
        copy(source, target)
        return
    try:
        os.link(source, target)
    except OSError:
        copy(source, target)


def copy(source: Path, target: Path) -> None:
    """Copy a file so that others can read it, and run it where its owner can."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o755 if source.stat().st_mode & stat.S_IXUSR else 0o644)


def fresh_folder(path: Path) -> Path:
    """Return the folder, emptied of what an interrupted run left."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def discard_older(store: Path, pattern: str) -> None:
    """Remove the copies that are no longer of use."""
    for old in store.glob(pattern):
        shutil.rmtree(old)


def digest(parts: Iterable[str]) -> str:
    """Return a short name for the content."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
