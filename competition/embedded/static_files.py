"""The static files of the pages, collected once for each state of the code."""

from pathlib import Path

from competition.embedded.runtime import REPOSITORY, digest


def static_root(store: Path) -> Path:
    """Return the folder for the static files of this very code. It exists if they have been collected."""
    sources = sorted(path for path in (REPOSITORY / "competition").rglob("static/**/*") if path.is_file())
    facts = [f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in sources]
    return store / digest([*facts, (REPOSITORY / "requirements.txt").read_text()])
