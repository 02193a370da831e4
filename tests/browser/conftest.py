import pytest
from django.core.management import call_command

from tests.browser.browsing import CHROMIUM
from tests.running import serving


def pytest_collection_modifyitems(items):
    if CHROMIUM.exists():
        return
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.skip(reason=f"needs Chromium as {CHROMIUM} (Debian: apt install chromium)"))


@pytest.fixture(scope="session")
def static_files():
    """Collected as for a real server, whose pages name them with their hashes."""
    call_command("collectstatic", "--noinput", verbosity=0)


@pytest.fixture
def server(transactional_db, static_files):
    with serving() as address:
        yield address
