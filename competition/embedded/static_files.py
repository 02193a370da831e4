"""The static files of the pages, collected once for each state of the code."""

from pathlib import Path

from competition.embedded.copies import digest
from competition.embedded.runtime import REPOSITORY


def static_root(store: Path, repository: Path = REPOSITORY) -> Path:
    """Return the folder for the static files of this very code. It exists if they have been collected."""
    sources = sorted(path for path in (repository / "competition").rglob("static/**/*") if path.is_file())
    facts = [f"{path.relative_to(repository)} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in sources]
    return store / digest([*facts, (repository / "requirements.txt").read_text()])
