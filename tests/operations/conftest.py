from datetime import timedelta

import pytest

from competition.jobs import evaluate
from competition.models import Evaluation
from competition.operations.sweep import publish_ready
from tests.factory import make_competition, make_member


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
