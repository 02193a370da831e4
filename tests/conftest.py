"""What holds for every test."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def forget_the_cache(request, django_db_blocker):
    """The cache is a table of no model, so a test that commits would leave its counted log-ins to those after it."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if (marker is not None and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames:
        with django_db_blocker.unblock():
            cache.clear()
