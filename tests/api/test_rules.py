"""The rules page by the API: versions and their differences for all, acceptance for members, who accepted as CSV."""

import csv
import io

from django.test import Client

from competition.models import Competition
from competition.operations.publish_rules import publish_rules
from tests.factory import make_token, make_user

C = "/api/v1/competitions/chest"


def rules_of(competition, version, text, **words):
    return publish_rules(competition, organizer=None, version=version, text=text, **words)


def bearing(user):
    return Client(headers={"Authorization": f"Bearer {make_token(user)}"})


def test_versions_are_read_accepted_early_and_exported(competition, api, member):
    desk, olga = Client(), make_user("olga")
    competition.organizers.add(olga)
    desk = bearing(olga)
    published = desk.post(C + "/rules", {"version": "1", "text": "Be fair.", "notice_days": 3}, "application/json")
    second = {"version": "2", "text": "Be fair.\nBe kind.", "in_force_at": "2020-01-01T00:00:00Z"}
    refused = desk.post(C + "/rules", second, "application/json")
    assert desk.post(C + "/rules", {**second, "in_force_at": None}, "application/json").status_code == 201
    accepted = api.post(C + "/rules/2/accept")
    page = Client().get(C).json()["rules_page"]
    version = Client().get(C + "/rules/2").json()
    rows = list(csv.DictReader(io.StringIO(b"".join(desk.get(C + "/acceptances").streaming_content).decode())))

    assert published.status_code == 201
    assert (refused.status_code, refused.json()["code"]) == (400, "notice_too_short")
    assert (accepted.status_code, accepted.json()["version"]) == (200, "2")
    assert page["in_force"] is None
    assert [rules["version"] for rules in page["coming"]] == ["1", "2"]
    assert version["changes"] == [{"change": "same", "text": "Be fair."}, {"change": "added", "text": "Be kind."}]
    assert [rules["number"] for rules in Client().get(C + "/rules").json()] == [1, 2]
    assert [(row["username"], row["document"], row["version"]) for row in rows] == [
        ("ada", "terms", "1"),
        ("ada", "rules", "2"),
    ]
    assert rows[1]["rules_sha256"] == version["sha256"]
    assert Client().get(C + "/rules/9").status_code == 404


def test_entry_and_upload_need_the_rules_in_force(competition, member, api):
    rules_of(competition, "1", "Be fair.", in_force_at=competition.now(), short_notice="from the start")
    bob = bearing(make_user("bob"))
    without = bob.post(C + "/entry", {"team": "B", "accept_terms": "1"}, "application/json")
    entered = bob.post(C + "/entry", {"team": "B", "accept_terms": "1", "accept_rules": "1"}, "application/json")
    upload = api.post(C + "/submissions", {"track": "detection"})

    assert (without.status_code, without.json()["code"]) == (400, "rules_not_accepted")
    assert entered.status_code == 201
    assert (upload.status_code, upload.json()["code"]) == (403, "rules_not_accepted")
    assert Competition.objects.get().rules_versions.get().acceptances.count() == 1
