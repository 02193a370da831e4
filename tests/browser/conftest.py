import pytest

from tests.browser.browsing import CHROMIUM
from tests.running import serving


def pytest_collection_modifyitems(items):
    if CHROMIUM.exists():
        return
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.skip(reason=f"needs Chromium as {CHROMIUM} (Debian: apt install chromium)"))


@pytest.fixture
def server(transactional_db, static_files):
    with serving() as address:
        yield address
