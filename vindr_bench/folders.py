"""Where this program keeps its files, and how: for their owner alone, and whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from vindr_bench.errors import Misused

_NAME = "vindr-bench"


def config_folder() -> Path:
    """VINDR_BENCH_CONFIG_DIR, or by the XDG rules."""
    return _folder("VINDR_BENCH_CONFIG_DIR", "XDG_CONFIG_HOME", ".config")


def cache_folder() -> Path:
    """VINDR_BENCH_CACHE_DIR, or by the XDG rules."""
    return _folder("VINDR_BENCH_CACHE_DIR", "XDG_CACHE_HOME", ".cache")


def write_private(path: Path, content: bytes) -> None:
    """Write a file that is its owner's alone from its first byte; who reads meanwhile has the old one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp creates with mode 0600 whatever the umask is.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def refuse_if_there(path: Path | None) -> None:
    """Nobody's predictions are overwritten."""
    if path is not None and path.exists():
        raise Misused("file_exists", f"{path} is there already: name another file, or remove it.")


def write_new(path: Path, content: bytes) -> None:
    """Write a file that isn't there yet, whole or not at all."""
    refuse_if_there(path)
    try:
        with open(path, "xb") as file:
            file.write(content)
        return
    except FileExistsError as error:
        reason = error.strerror
    except OSError as error:
        reason = error.strerror
        with suppress(OSError):
            path.unlink(missing_ok=True)
    raise Misused("unwritable_file", f"{path} can't be written: {reason}.")


def _folder(own: str, of_xdg: str, below_home: str) -> Path:
    if os.environ.get(own):
        return Path(os.environ[own])
    return Path(os.environ.get(of_xdg) or Path.home() / below_home) / _NAME
