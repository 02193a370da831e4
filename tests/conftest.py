"""What holds for every test, and what many begin with: a competition, a member of it, and scoring of what waits."""

import signal
from datetime import timedelta

import pytest
from django.core.cache import cache

from competition.jobs import evaluate
from competition.models import Evaluation
from competition.operations.sweep import publish_ready
from tests.factory import make_competition, make_member


@pytest.fixture(scope="session", autouse=True)
def programs_hear_ctrl_c():
    """What a shell starts in the background ignores it, and so would every program that a test starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def forget_the_cache(request, django_db_blocker):
    """The cache is a table of no model, so a test that commits would leave its counted log-ins to those after it."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if (marker is not None and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames:
        with django_db_blocker.unblock():
            cache.clear()


@pytest.fixture
def competition(db, tmp_path):
    return make_competition(tmp_path)


@pytest.fixture
def member(competition):
    return make_member(competition)


@pytest.fixture
def score_all(monkeypatch):
    """Scores all that waits, in this process, and publishes."""

    def run():
        for evaluation in Evaluation.objects.filter(state="waiting").order_by("pk"):
            evaluate(evaluation.pk, evaluation.attempt)
        publish_ready()

    monkeypatch.setattr("competition.operations.publish.SHORTEST_GAP", timedelta(0))
    return run
