"""The team's addresses: what they answer. Who may is in test_matrix, the rules in tests/operations/test_teams.py."""

import pytest
from django.test import Client

from tests.factory import detections_csv, hand_in, make_member, make_token, make_user

C = "/api/v1/competitions/chest"


@pytest.fixture
def bob(competition):
    return make_member(competition, "bob")


def client_of(membership):
    return Client(headers={"Authorization": f"Bearer {make_token(membership.user)}"})


def test_a_member_sees_the_team(api, member):
    body = api.get(C + "/team").json()

    assert body["team"] == "Team ada"
    assert [person["username"] for person in body["members"]] == ["ada"]
    assert body["invitation"] == member.team.invitation
    assert (body["team_size"], body["merge_until"], body["mergers"]) == (None, None, [])


def test_who_has_left_gets_nothing_of_the_team_at_once(api, member, competition):
    eve = make_user("eve")
    person = Client(headers={"Authorization": f"Bearer {make_token(eve)}"})
    form = {"invitation": member.team.invitation, "accept_terms": "1"}
    entered = person.post(C + "/entry", form, content_type="application/json").json()
    submission = hand_in(member, detections_csv()).submission
    seen = person.get(f"/api/v1/submissions/{submission.pk}").status_code

    left = person.post(C + "/team/leave")

    assert (entered["state"], seen, left.json()) == ("entered", 200, {"left": "Team ada"})
    paths = ("", "/file")
    assert [person.get(f"/api/v1/submissions/{submission.pk}{path}").status_code for path in paths] == [404, 404]
    assert person.get(C + "/team").status_code == 403


def test_a_new_invitation(api, member):
    body = api.post(C + "/team/invitation").json()

    assert body["invitation"] != member.team.invitation


def test_a_merger_from_its_proposal_to_the_merged_team(api, bob):
    proposed = api.post(C + "/team/mergers", {"team": "Team bob"}, content_type="application/json")
    merger = proposed.json()
    waiting = client_of(bob).get(C + "/team").json()["mergers"]
    accepted = client_of(bob).post(f"{C}/team/mergers/{merger['id']}/accept")

    assert proposed.status_code == 201
    assert (merger["into"], merger["joins"], merger["state"]) == ("Team ada", "Team bob", "proposed")
    assert waiting == [merger]
    assert accepted.json()["state"] == "accepted"
    assert [person["username"] for person in api.get(C + "/team").json()["members"]] == ["ada", "bob"]


def test_a_refusal_is_a_problem_with_its_code(api, bob):
    answer = api.post(C + "/team/mergers", {"team": "Nobody"}, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_team")
