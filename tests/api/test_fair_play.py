"""Declarations, claims, prizes and deadlines over the API, from the first declaration to the announced awards."""

import csv
import io

import pytest
from django.test import Client

from competition.models import Competition, Phase
from competition.operations.reveal import reveal
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_token, make_user

C = "/api/v1/competitions/chest"
MODEL = {"kind": "model", "name": "=ResNet", "source": "https://example.org", "licence": "BSD", "public": True}
BRACKETS = [
    {"key": "main", "title": "Main", "track": "detection", "prizes": ["1,000"]},
    {"key": "local", "title": "Local", "track": "detection", "eligibility": "From here.", "prizes": ["500"]},
]


@pytest.fixture
def competition(db, tmp_path):
    facts = {"declarations": {"required": True}, "merge_until": "2090-01-01", "bibtex": "@misc{c, title = {C}}"}
    return make_competition(tmp_path, brackets=BRACKETS, **facts)


def caller(user):
    return Client(headers={"Authorization": f"Bearer {make_token(user)}"})


def post(client, address, body=None):
    return client.post(address, body or {}, content_type="application/json")


def test_what_is_declared_and_won_can_be_followed_by_program(competition, score_all):
    olga, ada, bob = make_user("olga"), make_member(competition, "ada"), make_member(competition, "bob")
    competition.organizers.add(olga)
    desk, hers, his = caller(olga), caller(ada.user), caller(bob.user)
    first = hand_in(ada, detections_csv()).submission
    second = hand_in(bob, detections_csv(shift=150)).submission
    one = f"/api/v1/submissions/{first.pk}"
    early = post(hers, one + "/select")
    empty = post(hers, one + "/declarations", {"items": []})
    made = post(hers, one + "/declarations", {"items": [MODEL]})
    post(hers, one + "/declarations", {"none": True})
    post(hers, one + "/declarations", {"items": [MODEL]})
    chosen = post(hers, one + "/select")
    claimed = post(his, C + "/brackets/local/claim", {"statement": "We are."})
    hidden = Client().get(C + "/declarations").json()
    score_all()
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    reveal(competition.phases.get(), organizer=olga)
    score_all()
    post(desk, C + "/claims/decision", {"team": "Team bob", "bracket": "local", "confirm": True})
    settled = [
        post(desk, C + "/phases/main/results", {"results": "verified", "reason": "run again", **more})
        for more in ({}, {"leave_undeclared": True})
    ]
    proposed = desk.get(C + "/phases/main/awards?track=detection").json()
    post(his, f"/api/v1/submissions/{second.pk}/declarations", {"none": True})
    announced = post(desk, C + "/phases/main/awards", {"track": "detection"})
    declined = post(hers, C + "/brackets/main/decline")
    changed = post(desk, C + "/phases/main/awards", {"track": "detection", "reason": "A team declines."})
    awards = Client().get(C + "/awards").json()

    assert (early.status_code, early.json()["code"]) == (409, "not_declared")
    assert (empty.status_code, empty.json()["code"]) == (400, "nothing_said")
    assert (made.status_code, made.json()["version"], made.json()["author"]) == (201, 1, "ada")
    assert chosen.json()["declaration"]["items"] == [MODEL]
    assert [row["version"] for row in hers.get(one + "/declarations").json()] == [3, 2, 1]
    assert (claimed.status_code, claimed.json()["state"], hidden) == (201, "waiting", [])
    assert [answer.status_code for answer in settled] == [409, 200]
    assert [row["team"] for row in proposed["awards"]] == ["Team ada"]
    assert [(note["team"], note["why"]) for note in proposed["notes"]] == [
        ("Team bob", "declares nothing"),
        (None, "not awarded: no eligible team is left"),
    ]
    assert [row["team"] for row in announced.json()["awards"]] == ["Team ada", "Team bob"]
    assert declined.json()["declined"] is True
    assert changed.status_code == 201
    assert [(row["version"], [won["team"] for won in row["awards"]]) for row in awards] == [
        (2, ["Team bob"]),
        (1, ["Team ada", "Team bob"]),
    ]
    assert [row["team"] for row in Client().get(C + "/declarations?phase=main&track=detection").json()] == [
        "Team ada",
        "Team bob",
    ]
    table = b"".join(desk.get(C + "/declarations/export").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["team"], row["version"], row["kind"], row["name"]) for row in rows] == [
        ("Team ada", "1", "model", "'=ResNet"),
        ("Team ada", "2", "none", ""),
        ("Team ada", "3", "model", "'=ResNet"),
        ("Team bob", "1", "none", ""),
    ]


def test_a_competition_tells_its_deadlines_prizes_and_citation(competition):
    olga, ada = make_user("olga"), make_member(competition, "ada")
    competition.organizers.add(olga)
    good = {"deadline": "merge_until", "until": "2091-01-01T00:00:00Z", "reason": "an outage"}
    moved = post(caller(olga), C + "/deadlines", good)
    again = post(caller(olga), C + "/deadlines", good)
    Competition.objects.update(entry_until=competition.now())
    late = post(caller(make_user("eve")), C + "/entry", {"team": "Late", "accept_terms": "1"})
    body = Client().get(C).json()

    assert (moved.status_code, moved.json()["merge_until"]) == (200, "2091-01-01T00:00:00Z")
    assert (again.status_code, again.json()["code"]) == (400, "not_later")
    assert (late.status_code, late.json()["code"]) == (403, "entry_closed")
    assert body["deadline_extensions"][0]["reason"] == "an outage"
    assert body["declarations"] == {"required": True, "public": True}
    assert [(row["key"], row["phase"], row["prizes"]) for row in body["brackets"]] == [
        ("main", "main", ["1,000"]),
        ("local", "main", ["500"]),
    ]
    assert Client().get(C + "/citation.bib").content == b"@misc{c, title = {C}}\n"
    assert [row["claim"] for row in caller(ada.user).get(C + "/team/brackets").json()] == [None, None]
