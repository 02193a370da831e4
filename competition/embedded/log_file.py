"""The file that a program's output goes to: what it said last, and keeping it short."""

import os
from pathlib import Path

LARGEST_LOG = 8 * 1024 * 1024


def last_words(log: Path) -> str:
    """Return the last line, and where the rest is, to stand behind a sentence about the program."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    last = f": {lines[-1].strip().rstrip('.')}" if lines else ""
    return f"{last} (the rest is in {log})"


def shorten(log: Path) -> None:
    """Set a copy of a long log aside and empty it. Programs append, so the file stays theirs."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.with_suffix(".log.1").write_bytes(log.read_bytes())
        os.truncate(log, 0)
