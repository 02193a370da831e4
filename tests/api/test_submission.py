"""One submission as its team and its organizers see it."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from competition.models import Evaluation
from tests.factory import detections_csv, hand_in, make_member, make_token, make_user, probabilities_csv

C = "/api/v1/competitions/chest"


@pytest.fixture
def organizer(competition):
    competition.organizers.add(olga := make_user("olga"))
    return Client(headers={"Authorization": f"Bearer {make_token(olga)}"})


def test_what_waits_has_a_place_and_what_runs_has_none(competition, member, api):
    places = [f"/api/v1/submissions/{hand_in(member, detections_csv()).submission.pk}" for _ in range(3)]
    waiting = [api.get(place).json() for place in places]
    Evaluation.objects.order_by("pk").first().claim("one", 30)
    running, next_one = (api.get(place).json() for place in places[:2])

    assert [(row["state"], row["place_in_queue"], row["score"]) for row in waiting] == [
        ("accepted", place, None) for place in (1, 2, 3)
    ]
    assert (running["state"], running["place_in_queue"]) == ("scoring", None)
    assert next_one["place_in_queue"] == 1


def test_with_classes_its_team_sees_all_of_the_score(member, api, score_all):
    submission = hand_in(member, probabilities_csv(noise=0.3), track="classification").submission
    score_all()

    answer = api.get(f"/api/v1/submissions/{submission.pk}").json()
    assert answer["state"] == "scored"
    assert 0 < answer["score"] < 1
    assert answer["interval"][0] <= answer["score"] <= answer["interval"][1]
    assert [row["label"] for row in answer["report"]["classes"]] == ["Pneumonia", "No finding"]
    assert answer["sha256"] == submission.sha256


def test_an_organizer_sees_the_score_that_a_phase_hides(competition, member, api, organizer, score_all):
    competition.phases.update(shows="nothing")
    address = f"/api/v1/submissions/{hand_in(member, detections_csv()).submission.pk}"
    score_all()

    assert (api.get(address).json()["score"], organizer.get(address).json()["score"]) == (None, 1.0)
    assert organizer.get(address).json()["report"]["classes"]
    assert organizer.get(C + "/submissions").json()["results"][0]["score"] == 1.0


def test_at_most_two_are_selected_and_a_withdrawn_one_is_not(competition, member, api):
    places = [f"/api/v1/submissions/{hand_in(member, detections_csv()).submission.pk}" for _ in range(4)]
    for place in places[:3]:
        assert api.post(place + "/select").status_code == 200
    chosen = [bool(api.get(place).json()["selected_at"]) for place in places]
    withdrawn = api.post(places[1] + "/withdraw").json()
    again = api.post(places[1] + "/withdraw").json()
    refused = api.post(places[1] + "/select")
    api.post(places[3] + "/select")
    after = [bool(api.get(place).json()["selected_at"]) for place in places]
    competition.phases.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    late = api.post(places[0] + "/select")

    assert chosen == [False, True, True, False]
    assert withdrawn == again
    assert refused.status_code == 409
    assert after == [False, False, True, True]
    assert (late.status_code, late.json()["code"]) == (403, "phase_closed")


def test_the_reason_of_a_disqualification_is_told(member, api, organizer, score_all):
    address = f"/api/v1/submissions/{hand_in(member, detections_csv()).submission.pk}"
    answers = [organizer.post(address + "/disqualify", {"reason": reason}, "application/json") for reason in ("", " ")]
    first, second = (
        organizer.post(address + "/disqualify", {"reason": reason}, "application/json") for reason in ("one", "two")
    )

    assert [answer.status_code for answer in answers] == [400, 400]
    assert (first.json()["disqualification"], second.json()["disqualification"]) == ("one", "one")
    assert api.get(address).json()["disqualification"] == "one"


def export_of(client):
    """The table, and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        table = b"".join(client.get(C + "/export").streaming_content).decode()
    return list(csv.DictReader(io.StringIO(table))), len(queries)


def test_the_export_has_every_submission_costs_the_same_for_all_and_runs_nothing(competition, organizer, score_all):
    for name in ("ada", "bob"):
        hand_in(make_member(competition, name, team=f"@{name}"), detections_csv(), note="=1+1")
    score_all()
    export_of(organizer)
    rows, queries_for_two = export_of(organizer)
    for name in ("cyd", "dan", "eve"):
        hand_in(make_member(competition, name), detections_csv())
    five, queries_for_five = export_of(organizer)

    assert [(row["team"], row["note"], row["state"], row["score"]) for row in rows] == [
        ("'@ada", "'=1+1", "scored", "1.0"),
        ("'@bob", "'=1+1", "scored", "1.0"),
    ]
    assert len(five) == 5
    assert queries_for_five == queries_for_two


def test_competitions_cost_the_same_queries_however_many(competition, tmp_path, django_assert_num_queries):
    from tests.factory import make_competition

    with django_assert_num_queries(10):
        Client().get("/api/v1/competitions")
    for slug in ("two", "three"):
        make_competition(tmp_path, slug=slug)
    with django_assert_num_queries(10):
        answer = Client().get("/api/v1/competitions").json()

    assert [row["slug"] for row in answer] == ["chest", "two", "three"]
    assert answer[0]["phases"][0]["daily_limit"] == 5
    assert answer[0]["tracks"][0] == {
        "track": "detection",
        "labels": ["Cardiomegaly", "Nodule/Mass"],
        "metric": "voc2010@0.4",
    }
