"""What users other than its owner can get to: a folder without their permission closes all that lies below it."""

import stat
from pathlib import Path


def open_to_all(path: Path) -> bool:
    """Tell whether any user can reach and read the path."""
    resolved = path.resolve()
    needed = stat.S_IROTH | (stat.S_IXOTH if resolved.is_dir() else 0)
    return closed_folder_above(resolved) is None and resolved.stat().st_mode & needed == needed


def closed_folder_above(path: Path) -> Path | None:
    """Return the first folder on the way to the path that other users can't pass, if there is one.

    Of a path that isn't there yet, the folders count that are.
    """
    return next((parent for parent in reversed(path.resolve().parents) if closed(parent)), None)


def closed(folder: Path) -> bool:
    """Tell whether the folder is there and other users can't pass it."""
    return folder.exists() and not folder.stat().st_mode & stat.S_IXOTH
