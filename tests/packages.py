"""The servers' packages where every user can reach them, for tests that start servers as other users."""

from pathlib import Path

from competition.embedded.reach import open_to_all
from competition.embedded.runtime import EMBEDDED, in_place, link_packages


def packages_for_others(store: Path) -> Path:
    """Return a folder with the embedded servers' packages, open to all: the installed one, or a copy in `store`."""
    packages = in_place().packages
    if open_to_all(packages):
        return packages
    link_packages(EMBEDDED, store)
    return store
