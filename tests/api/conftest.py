from datetime import timedelta

import pytest
from django.test import Client

from competition.jobs import evaluate
from competition.models import Evaluation
from competition.operations.sweep import publish_ready
from tests.factory import make_competition, make_member, make_token


@pytest.fixture(autouse=True)
def static_files_as_they_are(settings):
    """The page of the API's description needs no collected static files here."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def competition(db, tmp_path):
    return make_competition(tmp_path)


@pytest.fixture
def member(competition):
    return make_member(competition, "ada")


@pytest.fixture
def api(member):
    return Client(headers={"Authorization": f"Bearer {make_token(member.user)}"})


@pytest.fixture
def score_all(monkeypatch):
    """Scores all that waits, in this process, and publishes."""

    def run():
        for evaluation in Evaluation.objects.filter(state="waiting").order_by("pk"):
            evaluate(evaluation.pk, evaluation.attempt)
        publish_ready()

    monkeypatch.setattr("competition.operations.publish.SHORTEST_GAP", timedelta(0))
    return run
