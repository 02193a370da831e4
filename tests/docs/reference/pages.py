"""The pages that are made, by the name of their file."""

from collections.abc import Callable
from pathlib import Path

from competition.environment import REPOSITORY
from tests.docs.reference.api_page import api_page
from tests.docs.reference.commands_page import commands_page
from tests.docs.reference.errors_page import errors_page
from tests.docs.reference.settings_page import settings_page

PAGES: dict[str, Callable[[], str]] = {
    "api.md": api_page,
    "commands.md": commands_page,
    "errors.md": errors_page,
    "settings.md": settings_page,
}


def path_of(name: str) -> Path:
    """Where a page lies."""
    return REPOSITORY / "docs" / "reference" / name
