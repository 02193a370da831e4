"""What organizers learn of participants, and nobody else."""

import csv
import io

import pytest
from django.test import Client

from competition.models import Allowance, Entrant, Letter
from competition.operations.enter import enter
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_token, make_user

C = "/api/v1/competitions/chest"


@pytest.fixture
def desk(competition):
    competition.organizers.add(olga := make_user("olga"))
    return Client(headers={"Authorization": f"Bearer {make_token(olga)}"})


def test_people_with_team_terms_address_and_submissions(desk, competition, member):
    member.user.email = "ada@example.org"
    member.user.save()
    hand_in(member, detections_csv())

    (person,) = desk.get(C + "/participants").json()

    assert (person["username"], person["email"], person["team"]) == ("ada", "ada@example.org", "Team ada")
    assert (person["accepted_version"], person["submissions"], person["entry"]) == ("1", 1, "")


def test_no_public_answer_has_an_address(competition, member, api):
    member.user.email = "ada@example.org"
    member.user.save()
    hand_in(member, detections_csv())

    answers = [api.get(path).content.decode() for path in (C, C + "/team", C + "/submissions", C + "/boards/detection")]

    assert not any("ada@example.org" in answer for answer in answers)


def test_who_accepted_which_terms_and_when_as_csv(desk, competition, member):
    competition.terms.create(version="2", text="new", sha256="0" * 64)
    member.user.acceptances.create(terms=competition.current_terms())
    member.user.email = "=cmd@example.org"
    member.user.save()

    answer = desk.get(C + "/acceptances")

    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["username"], row["team"], row["version"]) for row in rows] == [
        ("ada", "Team ada", "1"),
        ("ada", "Team ada", "2"),
    ]
    assert rows[0]["email"] == "'=cmd@example.org"
    assert rows[0]["accepted_at"] <= rows[1]["accepted_at"]
    assert answer["Cache-Control"] == "private, no-store"


def test_an_entry_is_made_decided_on_and_told(tmp_path, db):
    competition = make_competition(tmp_path, approval={"questions": ["Why?"]})
    competition.organizers.add(olga := make_user("olga"))
    desk, eve = (Client(headers={"Authorization": f"Bearer {make_token(user)}"}) for user in (olga, make_user("eve")))
    form = {"team": "E", "accept_terms": "1"}

    questions = eve.get(C).json()["questions"]
    without = eve.post(C + "/entry", form, content_type="application/json")
    entered = eve.post(C + "/entry", form | {"answers": ["Research"]}, content_type="application/json")
    refused = desk.post(
        C + "/participants/decision", {"username": "eve", "approve": False}, content_type="application/json"
    )
    approved = desk.post(
        C + "/participants/decision", {"username": "eve", "approve": True}, content_type="application/json"
    )

    assert questions == ["Why?"]
    assert (without.status_code, without.json()["code"]) == (400, "answers_missing")
    assert (entered.status_code, entered.json()["state"]) == (201, "waiting")
    assert (refused.status_code, refused.json()["code"]) == (400, "reason_missing")
    assert approved.json()["state"] == "approved"
    assert desk.get(C + "/participants").json()[0]["entry"] == "approved"
    assert Letter.objects.get().subject == "Chest: your entry is approved"


def test_a_decision_on_somebody_who_never_asked(desk, member):
    answer = desk.post(
        C + "/participants/decision", {"username": "ada", "approve": True}, content_type="application/json"
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_entrant")
    assert not Entrant.objects.exists()


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"team": "Nobody"}, 400, "unknown_team"),
        ({"extra": 0}, 400, "extra_out_of_range"),
        ({"phase": "none"}, 404, "not_found"),
        ({"track": "none"}, 404, "not_found"),
        ({"reason": "\u0000"}, 400, None),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(desk, member, change, status, code):
    form = {"team": "Team ada", "phase": "main", "track": "detection", "extra": 1, "reason": "why"} | change

    answer = desk.post(C + "/allowances", form, content_type="application/json")

    assert answer.status_code == status
    assert code in (None, answer.json()["code"])


def test_what_was_granted_is_listed_and_taken_back_once_and_counts_no_more(desk, api, member):
    form = {"team": "Team ada", "phase": "main", "track": "detection", "extra": 4, "reason": "an outage"}
    given = desk.post(C + "/allowances", form, content_type="application/json").json()
    with_it = hand_in(member, detections_csv()).quota.limit
    address = f"{C}/allowances/{given['id']}/take-back"

    silent = desk.post(address, {"reason": " "}, content_type="application/json")
    taken = desk.post(address, {"reason": "given in error"}, content_type="application/json")
    again = desk.post(address, {"reason": "given in error"}, content_type="application/json")
    elsewhere = desk.post(f"{C}/allowances/{2**63}/take-back", {"reason": "x"}, content_type="application/json")

    assert (with_it, hand_in(member, detections_csv()).quota.limit) == (9, 5)
    assert (silent.status_code, taken.status_code, again.status_code, elsewhere.status_code) == (400, 200, 409, 404)
    (listed,) = desk.get(C + "/allowances").json()
    assert (listed["extra"], listed["taken_back_because"]) == (4, "given in error")
    assert listed["granted_at"] < listed["taken_back_at"]
    assert Allowance.objects.get().extra == 4


def test_the_list_costs_the_same_queries_for_many_as_for_few(desk, competition, django_assert_max_num_queries):
    for name in "abcdefgh":
        make_member(competition, name)

    with django_assert_max_num_queries(8):
        assert len(desk.get(C + "/participants").json()) == 8


def test_a_team_that_waits_is_in_the_list(tmp_path, db):
    competition = make_competition(tmp_path, approval={"questions": []})
    competition.organizers.add(olga := make_user("olga"))
    enter(user=make_user("eve"), competition=competition, team="E", accept_terms="1")

    desk = Client(headers={"Authorization": f"Bearer {make_token(olga)}"})

    assert desk.get(C + "/participants").json()[0]["entry"] == "waiting"
