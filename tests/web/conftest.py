from datetime import timedelta

import pytest
from django.test import Client

from competition.jobs import evaluate
from competition.models import Evaluation
from competition.operations.sweep import publish_ready
from tests.factory import make_competition, make_member, make_user


@pytest.fixture(autouse=True)
def static_files_as_they_are(settings):
    """The tests of pages need no collected static files."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def competition(db, tmp_path):
    return make_competition(tmp_path)


@pytest.fixture
def member(competition):
    return make_member(competition, "ada")


def page_client(user=None, **words):
    """A browser without JavaScript, logged in as that person."""
    client = Client(**words)
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def browser(member):
    return page_client(member.user)


@pytest.fixture
def organizer(competition):
    person = make_user("olga")
    competition.organizers.add(person)
    return person


@pytest.fixture
def score_all(monkeypatch):
    """Scores all that waits, in this process, and publishes."""

    def run():
        for evaluation in Evaluation.objects.filter(state="waiting").order_by("pk"):
            evaluate(evaluation.pk, evaluation.attempt)
        publish_ready()

    monkeypatch.setattr("competition.operations.publish.SHORTEST_GAP", timedelta(0))
    return run
