"""What holds for every test, and what many begin with: a competition, a member of it, and scoring of what waits."""

import signal
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from competition.jobs import evaluate
from competition.models import Evaluation
from competition.operations.sweep import publish_ready
from tests.factory import make_competition, make_member

END_THE_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND pg_has_role(usesysid, 'MEMBER')
"""


@pytest.fixture(scope="session", autouse=True)
def programs_hear_ctrl_c():
    """What a shell starts in the background ignores it, and so would every program that a test starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def leave_nothing_to_the_next(request):
    """After a test that commits, before its tables are emptied.

    The cache is a table of no model, and would keep counted log-ins. A program that was killed may still have a
    statement under way, whose locks the emptying would meet.
    """
    marker = request.node.get_closest_marker("django_db")
    commits = (marker is not None and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        with connection.cursor() as cursor:
            cursor.execute(END_THE_OTHERS)
        cache.clear()


@pytest.fixture(scope="session")
def static_files():
    """Collected as for a real server, whose pages name them with their hashes; once, as all servers share a folder."""
    call_command("collectstatic", "--noinput", verbosity=0)


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
