"""Where this program keeps its files, and how: for their owner alone, and whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

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


def _folder(own: str, of_xdg: str, below_home: str) -> Path:
    if os.environ.get(own):
        return Path(os.environ[own])
    return Path(os.environ.get(of_xdg) or Path.home() / below_home) / _NAME
