"""What a program asks before it hands in: who it is, what is accepted, what is left, and whether it is new enough."""

import pytest
from django.test import Client

from competition.models import Evaluation
from scoring import METRIC_VERSION
from tests.factory import detections_csv, hand_in, make_token, make_user


def test_a_member_is_told_its_team_what_it_has_accepted_and_what_is_left(api, member, competition):
    hand_in(member, detections_csv())
    competition.terms.create(version="2", text="new", sha256="0" * 64)

    account = api.get("/api/v1/account").json()

    entry = account["entries"][0]
    assert (account["username"], account["token"]["scopes"]) == ("ada", ["read", "submit", "organize"])
    assert (entry["competition"], entry["team"], entry["state"]) == ("chest", "Team ada", "entered")
    assert (entry["terms"], entry["rules"]) == ({"version": "2", "accepted": False}, None)
    assert {limit["track"]: limit["left"] for limit in entry["limits"]} == {"detection": 4, "classification": 5}
    assert entry["limits"][0]["quota"] == entry["limits"][0]["quota"] | {"limit": 5, "total_limit": 100}


def test_a_new_version_of_the_terms_is_accepted_by_its_name(api, competition, member):
    competition.terms.create(version="2", text="new", sha256="0" * 64)

    old = api.post("/api/v1/competitions/chest/terms/accept", {"version": "1"}, "application/json")
    new = [api.post("/api/v1/competitions/chest/terms/accept", {"version": "2"}, "application/json") for _ in "12"]

    assert (old.status_code, old.json()["code"]) == (400, "terms_not_accepted")
    assert [answer.status_code for answer in new] == [200, 200]
    assert api.get("/api/v1/account").json()["entries"][0]["terms"] == {"version": "2", "accepted": True}


def test_who_has_entered_nothing_is_told_so(competition):
    stranger = Client(headers={"Authorization": f"Bearer {make_token(make_user('eve'), 'submit')}"})

    account = stranger.get("/api/v1/account").json()

    assert (account["username"], account["entries"], account["token"]["scopes"]) == ("eve", [], ["submit"])


def test_a_submission_that_has_not_changed_is_not_sent_again(api, member):
    address = f"/api/v1/submissions/{hand_in(member, detections_csv()).submission.pk}"
    waiting = api.get(address)
    unchanged = api.get(address, headers={"If-None-Match": waiting["ETag"]})
    Evaluation.objects.update(state="failed", failure="crash", failure_detail="It broke.")
    over = api.get(address, headers={"If-None-Match": waiting["ETag"]})

    assert (unchanged.status_code, unchanged.content, unchanged["Retry-After"]) == (304, b"", "1")
    assert (over.status_code, over.json()["state"], "Retry-After" in over) == (200, "failed", False)


def test_a_manifest_that_has_not_changed_is_not_sent_again(competition):
    first = Client().get("/api/v1/competitions/chest/manifest")
    again = Client().get("/api/v1/competitions/chest/manifest", headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ("vindr-bench/1.9.9", 426),
        ("vindr-bench/0.10.0 (Linux)", 426),
        ("vindr-bench/1.10.0", 200),
        ("vindr-bench/2.0.0 (Linux)", 200),
        ("curl/8.1.0", 200),
        ("vindr-bench/new", 200),
    ],
)
def test_a_client_that_is_too_old_is_told_to_upgrade_and_no_other_program_is(db, settings, program, status):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"oldest_client": "1.10.0"})

    answer = Client(headers={"User-Agent": program}).get("/api/v1/competitions")

    assert answer.status_code == status
    assert answer["X-Metric-Version"] == METRIC_VERSION
    if status == 426:
        assert (answer.json()["code"], answer.json()["oldest"]) == ("client_too_old", "1.10.0")
        assert "pip install --upgrade" in answer.json()["detail"]


def test_without_the_setting_every_client_is_answered(db):
    assert Client(headers={"User-Agent": "vindr-bench/0.0.1"}).get("/api/v1/competitions").status_code == 200
