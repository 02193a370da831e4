"""A night with real processes: what was tampered with is found though the worker is killed, and told in every place."""

import os
import signal

import pytest
from django.test import Client

from competition import queue
from competition.jobs import evaluate, look_over
from competition.models import Board, Evaluation, Letter, Recount
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_user
from tests.running import horse_of, running, scoring_held, wait_until
from tests.tampering import as_owner, publish_days_ago

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 120
AT_MIDNIGHT = {"LEASE_SECONDS": "6", "HEARTBEAT_SECONDS": "1", "RECOUNT_HOUR": "0"}


@pytest.fixture
def organizer(tmp_path, settings):
    """Who runs a competition with one scored submission, on a board since yesterday."""
    queue.connection().flushall()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    member = make_member(make_competition(tmp_path))
    olga = make_user("olga")
    member.competition.organizers.add(olga)
    hand_in(member, detections_csv(shift=3))
    evaluation = Evaluation.objects.get()
    evaluate(evaluation.pk, 1)
    # It opens the labels too, and would be what the only worker waits with.
    look_over(evaluation.pk)
    assert Board.objects.count() == 1
    publish_days_ago(1)
    return olga


def outcome(organizer):
    """What the organizer's page, the figures and the letters say once the recount is over."""
    wait_until(lambda: Recount.objects.finished().exists(), seconds=PATIENCE, what="the end of the recount")
    client = Client()
    client.force_login(organizer)
    page = client.get("/competitions/chest/organize/").content.decode()
    figures = [line for line in Client().get("/metrics").content.decode().splitlines() if line.startswith("recount")]
    return page, dict(line.split() for line in figures), list(Letter.objects.filter(subject__contains="alarm"))


def test_a_healthy_night_says_so(organizer):
    with running("worker", "sweeper", **AT_MIDNIGHT):
        page, figures, alarms = outcome(organizer)

    assert "0 differences in the scores of 1 submission " in page
    assert float(figures["recount_differences"]) == 0
    assert float(figures["recount_finished_timestamp_seconds"]) > 0
    assert alarms == []


def test_what_was_tampered_with_is_found_and_told_though_the_worker_is_killed(organizer):
    as_owner("competition_score", "value = value / 2")
    with scoring_held() as hold, running("worker", "sweeper", **AT_MIDNIGHT) as (worker, _):
        wait_until(lambda: Recount.objects.filter(state="running").exists(), seconds=PATIENCE, what="the claim")
        os.kill(horse_of(worker).pid, signal.SIGKILL)
        wait_until(lambda: Recount.objects.filter(attempt=2).exists(), seconds=PATIENCE, what="the next attempt")
        hold.release()
        page, figures, alarms = outcome(organizer)

    one = Recount.objects.get()
    assert (one.state, one.attempt, one.compared, one.differences) == ("done", 2, 1, 2)
    assert "2 differences on the" in page
    assert f"submission {Evaluation.objects.get().submission_id}, public part" in page
    assert float(figures["recount_differences"]) == 2
    assert [letter.user_id for letter in alarms] == [organizer.pk]
