"""What Prometheus is told, and the example of what it should wake somebody for."""

import re

import yaml
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from competition import queue, tally
from competition.models import Letter
from tests.factory import detections_csv, hand_in, make_token
from tests.running import REPOSITORY

FUNCTIONS = {"time", "delta", "increase", "sum", "or", "and"}


def figures():
    text = Client().get("/metrics").content.decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_every_figure_is_told_and_each_alert_rests_on_one(member, settings):
    queue.connection().delete("vindr:counts", "vindr:stamps")
    hand_in(member, detections_csv())
    Letter.objects.create(user=member.user, subject="s", text="t")
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"upload_limit_bytes": 1024})
    api = Client(headers={"Authorization": f"Bearer {make_token(member.user)}"})
    address = "/api/v1/competitions/chest/submissions"
    statuses = [api.post(address, {"track": "detection"}).status_code for _ in range(2)]
    for _ in range(3):
        tally.count("upload_refused", "quota_spent")
    tally.count("stale_attempt")
    tally.count("login_locked", "login_failed")
    tally.stamp("sweep")

    told = figures()

    assert statuses == [400, 400]
    assert told["evaluations", "waiting"] == 1
    assert told["upload_refusals_total", "one_file"] == 2
    assert (told["quota_denials_total",], told["stale_attempts_total",]) == (3, 1)
    assert told["login_locks_total", "login_failed"] == 1
    assert (told["letters_waiting",], told["bell_up",]) == (1, 1)
    assert told["sweep_finished_timestamp_seconds",] > 1.7e9
    assert abs(told["clock_ahead_of_database_seconds",]) < 10
    [group] = yaml.safe_load((REPOSITORY / "docker" / "alerts.yml").read_text())["groups"]
    names = {name for name, *_ in told} | {"evaluation_attempts_lost"}
    for rule in group["rules"]:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["annotations"]["summary"].endswith(".")
        words = set(re.findall(r"[a-z_]{3,}", re.sub(r"\{[^}]*\}", "", rule["expr"])))
        assert words - FUNCTIONS <= names, rule["alert"]
        assert words - FUNCTIONS


def test_without_the_bell_the_books_are_told_all_the_same(member, monkeypatch, settings):
    hand_in(member, detections_csv())
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"redis_url": "unix:///nothing/here"})
    queue.connection.cache_clear()
    try:
        told = figures()
    finally:
        queue.connection.cache_clear()

    assert (told["bell_up",], told["evaluations", "waiting"]) == (0, 1)
    assert ("workers_alive",) not in told
