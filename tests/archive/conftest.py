import io
import json
import zipfile
from datetime import timedelta

import pytest

from competition.jobs import evaluate
from competition.models import Competition, Evaluation
from competition.operations.announce import announce
from competition.operations.disqualify import disqualify
from competition.operations.export_archive import archive_of
from competition.operations.select import select
from competition.operations.sweep import publish_ready
from competition.operations.withdraw import withdraw
from tests.factory import (
    detections_csv,
    hand_in,
    make_competition,
    make_member,
    make_user,
    probabilities_csv,
)


def unpacked(competition, *, people=False):
    """Member → its bytes."""
    with zipfile.ZipFile(io.BytesIO(b"".join(archive_of(competition, people=people)))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(members, name):
    return [json.loads(line) for line in members[name].decode().splitlines()]


@pytest.fixture(autouse=True)
def static_files_as_they_are(settings):
    """The pages need no collected static files here."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def score_all(monkeypatch):
    def run():
        for evaluation in Evaluation.objects.filter(state="waiting").order_by("pk"):
            evaluate(evaluation.pk, evaluation.attempt)
        publish_ready()

    monkeypatch.setattr("competition.operations.publish.SHORTEST_GAP", timedelta(0))
    return run


@pytest.fixture
def played(transactional_db, tmp_path, score_all):
    """A competition with a split in which everything has happened once."""
    competition = make_competition(tmp_path, split={"public": 0.5, "seed": 77_001_922})
    olga = make_user("olga", email="olga@hospital.example")
    competition.organizers.add(olga)
    ada, bob = (make_member(competition, name, team=team) for name, team in (("ada", "=Team A"), ("bob", "Team B")))
    first = hand_in(ada, detections_csv(), note="=1+1").submission
    second = hand_in(bob, detections_csv(shift=40.0)).submission
    hand_in(bob, probabilities_csv(noise=0.4), track="classification")
    score_all()
    third = hand_in(bob, detections_csv(shift=90.0)).submission
    score_all()
    disqualify(first, organizer=olga, reason="by hand")
    select(second)
    withdraw(third)
    announce(competition, organizer=olga, title="News", text="The server was down.")
    publish_ready()
    hand_in(ada, detections_csv(shift=10.0))
    return Competition.objects.get(pk=competition.pk)
