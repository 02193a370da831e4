"""The three addresses for machines."""

import pytest
from django.test import Client

from competition import queue, storage
from competition.api.health import readiness
from tests.factory import detections_csv, hand_in


@pytest.fixture(autouse=True)
def asked_anew():
    readiness.forget()


@pytest.fixture
def pulse():
    queue.pulse("worker-of-this-test")
    yield
    queue.connection().delete("vindr:pulse:worker-of-this-test")


def no_pulse():
    for key in queue.connection().scan_iter("vindr:pulse:*"):
        queue.connection().delete(key)


def test_it_can_serve_when_every_part_can(db, pulse):
    answer = Client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "database": True,
        "bell": True,
        "storage": True,
        "worker": True,
        "started": True,
    }


def test_however_often_it_is_asked_it_looks_once_a_second(db, pulse, monkeypatch):
    looks = []
    monkeypatch.setattr(storage, "is_writable", lambda: bool(looks.append(1)) or True)

    statuses = [Client().get("/readyz").status_code for _ in range(50)]
    within_a_second = len(looks)
    monkeypatch.setattr("competition.api.health.GOOD_FOR", 0)
    readiness.forget()
    Client().get("/readyz")
    Client().get("/readyz")

    assert set(statuses) == {200}
    assert within_a_second <= 2
    assert len(looks) == within_a_second + 2


def test_without_a_worker_it_is_not_ready(db):
    no_pulse()
    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["worker"], answer.json()["bell"]) == (503, False, True)


def test_before_the_demo_is_scored_it_is_not_ready(db, pulse, settings, tmp_path):
    file = tmp_path / "demo.json"
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"ready_file": file})

    before = Client().get("/readyz").status_code
    file.write_text("{}")

    assert (before, Client().get("/readyz").status_code) == (503, 200)


def test_as_soon_as_it_is_ready_it_says_so(db):
    no_pulse()
    before = Client().get("/readyz").status_code
    queue.pulse("worker-of-this-test")
    after = Client().get("/readyz").status_code
    queue.connection().delete("vindr:pulse:worker-of-this-test")

    assert (before, after) == (503, 200)


def test_it_is_alive_whatever_else_is(settings):
    assert Client().get("/healthz").json() == {"alive": True}


@pytest.mark.parametrize(
    ("headers", "remote", "status"),
    [
        ({}, "127.0.0.1", 200),
        ({}, "::1", 200),
        ({}, "10.0.0.7", 404),
        ({"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", 404),
        ({"Forwarded": "for=127.0.0.1"}, "127.0.0.1", 404),
        ({"X-Forwarded-For": "127.0.0.1"}, "10.0.0.7", 404),
        ({"Authorization": "Bearer wrong"}, "10.0.0.7", 404),
        ({"Authorization": "Bearer "}, "10.0.0.7", 404),
        ({"Authorization": "Bearer \xe9"}, "10.0.0.7", 404),
        ({"Authorization": "Bearer right"}, "10.0.0.7", 200),
    ],
)
def test_figures_are_for_this_host_or_who_has_the_token(db, settings, headers, remote, status):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"metrics_token": "right"})

    answer = Client(headers=headers).get("/metrics", REMOTE_ADDR=remote)

    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/plain" if status == 200 else "application/problem+json")


def test_without_a_token_nobody_elsewhere_has_the_right_one(db):
    assert Client(headers={"Authorization": "Bearer "}).get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 404


def test_figures_tell_what_waits(member):
    hand_in(member, detections_csv())

    text = Client().get("/metrics").content.decode()

    assert 'evaluations{state="waiting"} 1.0' in text
    assert "oldest_waiting_seconds" in text
