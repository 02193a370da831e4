"""Every address × method × role, made from the URL configuration: an address without a policy fails the test.

Unknown is 404, seen but not theirs is 403, no login is 401; each error is a problem document.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from competition.api.urls import urlpatterns
from competition.models import Entrant, Merger
from competition.operations.merge import propose_merger
from competition.operations.publish_rules import publish_rules
from competition.operations.report_erratum import report_erratum
from tests.factory import (
    IMAGES,
    annotations_csv,
    description,
    detections_csv,
    hand_in,
    image_labels_csv,
    make_competition,
    make_member,
    make_token,
    make_user,
)

ROLES = (
    "nobody",
    "other scope",  # a member whose token has a scope that is of no use here
    "outsider",
    "old terms",  # a member who has not accepted the new version of the terms
    "member",
    "other team",
    "organizer",
    "organizer elsewhere",
    "admin",
)
METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
EVERYBODY = (200,) * 9
NOTHING = (404,) * 9
ENTERED = (401, 403, 403, 200, 200, 200, 200, 403, 200)
OWN = (401, 403, 404, 404, 200, 404, 200, 404, 200)
TEAMS = (401, 403, 403, 200, 200, 200, 403, 403, 403)
OWN_ACT = (401, 403, 404, 404, 200, 404, 403, 404, 403)


def organizers(status):
    return (401, 403, 404, 404, 404, 404, status, 404, status)


@dataclass(frozen=True)
class Policy:
    """What each role is answered. `other` is the scope that is of no use here; None: the address is open to all."""

    get: tuple[int, ...] | None = None
    post: tuple[int, ...] | None = None
    other: str | None = None
    names: dict[str, str] = field(default_factory=dict)
    query: str = ""
    body: Any = b"{}"
    is_form: bool = False

    def expected(self, method: str) -> tuple[int, ...]:
        """The statuses of a method, for those that the address doesn't have too."""
        if self.get == NOTHING:
            return NOTHING
        of_method = {"get": self.get, "head": self.get, "post": self.post}.get(method)
        if of_method is not None:
            return of_method
        status = 200 if method == "options" else 405
        return (status,) * 9 if self.other is None else (401, 403, *(status,) * 7)


C, S = {"slug": "chest"}, {"submission_id": "{submission}"}
B = C | {"key": "prizes"}
M = C | {"merger_id": "{merger}"}
TEAM = "competitions/<slug:slug>/team"
ERRATA = "competitions/<slug:slug>/errata"
MERGER = TEAM + "/mergers/<uuid:merger_id>/"
UPLOAD = {"track": "detection", "file": detections_csv()}
TRUTH = {
    "detection": annotations_csv().encode(),
    "classification": image_labels_csv().encode(),
    "confirm": "chest",
    "reason": "errata",
}
POLICIES = {
    "account": Policy(get=(401, 403, *(200,) * 7), other="organize"),
    "account/export": Policy(get=(401, 403, *(200,) * 7), other="submit"),
    "competitions": Policy(get=EVERYBODY),
    "competitions/<slug:slug>": Policy(get=EVERYBODY, names=C),
    "competitions/<slug:slug>/manifest": Policy(get=EVERYBODY, names=C),
    "competitions/<slug:slug>/sample": Policy(get=EVERYBODY, names=C, query="?track=detection"),
    "competitions/<slug:slug>/files/<str:name>": Policy(get=EVERYBODY, names=C | {"name": "train.csv"}),
    "competitions/<slug:slug>/boards/<slug:track>": Policy(get=EVERYBODY, names=C | {"track": "detection"}),
    "competitions/<slug:slug>/entry": Policy(
        post=(401, 403, 201, 409, 409, 409, 201, 201, 201),
        other="read",
        names=C,
        body=b'{"team": "New", "accept_terms": "2"}',
    ),
    "competitions/<slug:slug>/submissions": Policy(
        get=ENTERED,
        post=(401, 403, 403, 403, 201, 201, 403, 403, 403),
        other="organize",
        names=C,
        body=UPLOAD,
        is_form=True,
    ),
    "competitions/<slug:slug>/terms/accept": Policy(post=TEAMS, other="read", names=C, body=b'{"version": "2"}'),
    TEAM: Policy(get=TEAMS, other="submit", names=C),
    TEAM + "/leave": Policy(post=(401, 403, 403, 200, 409, 200, 403, 403, 403), other="read", names=C),
    TEAM + "/invitation": Policy(post=TEAMS, other="read", names=C),
    TEAM + "/mergers": Policy(
        post=(401, 403, 403, 201, 409, 400, 403, 403, 403), other="read", names=C, body=b'{"team": "Team other team"}'
    ),
    MERGER + "accept": Policy(post=(401, 403, 404, 404, 403, 200, 404, 404, 404), other="read", names=M),
    MERGER + "decline": Policy(post=(401, 403, 404, 404, 403, 200, 404, 404, 404), other="read", names=M),
    MERGER + "withdraw": Policy(post=(401, 403, 404, 404, 200, 403, 404, 404, 404), other="read", names=M),
    "competitions/<slug:slug>/truth": Policy(
        get=organizers(200), post=organizers(201), other="submit", names=C, body=TRUTH, is_form=True
    ),
    "competitions/<slug:slug>/truth/<int:version>": Policy(
        get=organizers(200), other="submit", names=C | {"version": "1"}
    ),
    "competitions/<slug:slug>/truth/<int:version>/confirm": Policy(
        post=organizers(409), other="submit", names=C | {"version": "1"}, body=b'{"confirm": "chest"}'
    ),
    "competitions/<slug:slug>/truth/<int:version>/drop": Policy(
        post=organizers(409), other="submit", names=C | {"version": "1"}, body=b'{"confirm": "chest"}'
    ),
    "competitions/<slug:slug>/rescore": Policy(
        post=organizers(202), other="submit", names=C, body=b'{"confirm": "chest", "reason": "new"}'
    ),
    "competitions/<slug:slug>/phases/<slug:key>/publish": Policy(
        post=organizers(200), other="submit", names=C | {"key": "past"}
    ),
    "competitions/<slug:slug>/export": Policy(get=organizers(200), other="submit", names=C),
    "competitions/<slug:slug>/participants": Policy(get=organizers(200), other="submit", names=C),
    "competitions/<slug:slug>/participants/decision": Policy(
        post=organizers(200), other="submit", names=C, body=b'{"username": "member", "approve": true}'
    ),
    "competitions/<slug:slug>/audit": Policy(get=organizers(200), other="submit", names=C),
    "competitions/<slug:slug>/failures": Policy(get=organizers(200), other="submit", names=C),
    "competitions/<slug:slug>/queue": Policy(get=organizers(200), other="submit", names=C),
    "competitions/<slug:slug>/acceptances": Policy(get=organizers(200), other="submit", names=C),
    "competitions/<slug:slug>/allowances/<int:allowance_id>/take-back": Policy(
        post=organizers(404), other="submit", names=C | {"allowance_id": "1"}, body=b'{"reason": "in error"}'
    ),
    "competitions/<slug:slug>/allowances": Policy(
        get=organizers(200),
        post=organizers(201),
        other="submit",
        names=C,
        body=b'{"team": "Team member", "phase": "main", "track": "detection", "extra": 1, "reason": "outage"}',
    ),
    "competitions/<slug:slug>/citation.bib": Policy(get=EVERYBODY, names=C),
    "competitions/<slug:slug>/awards": Policy(get=EVERYBODY, names=C),
    "competitions/<slug:slug>/declarations": Policy(get=EVERYBODY, names=C),
    "competitions/<slug:slug>/declarations/export": Policy(get=organizers(200), other="submit", names=C),
    "competitions/<slug:slug>/deadlines": Policy(
        post=organizers(409),
        other="submit",
        names=C,
        body=b'{"deadline": "entry_until", "until": "2100-01-01T00:00:00Z", "reason": "an outage"}',
    ),
    TEAM + "/brackets": Policy(get=TEAMS, other="submit", names=C),
    "competitions/<slug:slug>/brackets/<slug:key>/claim": Policy(
        post=(401, 403, 403, 201, 201, 201, 403, 403, 403), other="read", names=B, body=b'{"statement": "we are"}'
    ),
    "competitions/<slug:slug>/brackets/<slug:key>/decline": Policy(post=TEAMS, other="read", names=B),
    "competitions/<slug:slug>/brackets/<slug:key>/accept": Policy(
        post=(401, 403, 403, 409, 409, 409, 403, 403, 403), other="read", names=B
    ),
    "competitions/<slug:slug>/claims": Policy(get=organizers(200), other="submit", names=C),
    "competitions/<slug:slug>/claims/decision": Policy(
        post=organizers(400), other="submit", names=C, body=b'{"team": "New", "bracket": "prizes", "confirm": true}'
    ),
    "competitions/<slug:slug>/declines": Policy(
        post=organizers(200),
        other="submit",
        names=C,
        body=b'{"team": "Team member", "bracket": "prizes", "declined": true, "reason": "by letter"}',
    ),
    "competitions/<slug:slug>/phases/<slug:key>/awards": Policy(
        get=organizers(409),
        post=organizers(409),
        other="submit",
        names=C | {"key": "main"},
        query="?track=detection",
        body=b'{"track": "detection"}',
    ),
    "submissions/<uuid:submission_id>/declarations": Policy(
        get=OWN, post=(401, 403, 404, 404, 201, 404, 403, 404, 403), other="organize", names=S, body=b'{"none": true}'
    ),
    "submissions/<uuid:submission_id>": Policy(get=OWN, other="submit", names=S),
    "submissions/<uuid:submission_id>/compare/<uuid:other_id>": Policy(
        get=tuple(409 if status == 200 else status for status in OWN),  # with itself there is nothing to compare
        other="submit",
        names=S | {"other_id": "{submission}"},
    ),
    "submissions/<uuid:submission_id>/file": Policy(get=OWN, other="submit", names=S),
    "submissions/<uuid:submission_id>/withdraw": Policy(post=OWN_ACT, other="read", names=S),
    "submissions/<uuid:submission_id>/unwithdraw": Policy(post=OWN_ACT, other="read", names=S),
    "submissions/<uuid:submission_id>/select": Policy(post=OWN_ACT, other="read", names=S),
    "submissions/<uuid:submission_id>/unselect": Policy(post=OWN_ACT, other="read", names=S),
    "competitions/<slug:slug>/phases/<slug:key>/extend": Policy(
        post=organizers(200),
        other="submit",
        names=C | {"key": "main"},
        body=b'{"closes_at": "2100-01-01T00:00:00Z", "reason": "the server was down"}',
    ),
    "competitions/<slug:slug>/phases/<slug:key>/checklist": Policy(
        get=organizers(200), post=organizers(202), other="submit", names=C | {"key": "main"}
    ),
    "competitions/<slug:slug>/phases/<slug:key>/open": Policy(
        post=organizers(200), other="submit", names=C | {"key": "main"}
    ),
    "competitions/<slug:slug>/phases/<slug:key>/picks": Policy(
        get=organizers(200), other="submit", names=C | {"key": "past"}
    ),
    "submissions/<uuid:submission_id>/disqualify": Policy(
        post=(401, 403, 404, 404, 403, 404, 200, 404, 200), other="submit", names=S, body=b'{"reason": "by hand"}'
    ),
    "submissions/<uuid:submission_id>/restore": Policy(
        post=(401, 403, 404, 404, 403, 404, 409, 404, 409), other="submit", names=S, body=b'{"reason": "a mistake"}'
    ),
    "submissions/<uuid:submission_id>/retry": Policy(
        post=(401, 403, 404, 404, 403, 404, 409, 404, 409), other="submit", names=S
    ),
    "competitions/<slug:slug>/phases/<slug:key>/results": Policy(
        post=organizers(409),
        other="submit",
        names=C | {"key": "main"},
        body=b'{"results": "verified", "reason": "the code was run again"}',
    ),
    "competitions/<slug:slug>/phases/<slug:key>/appeals": Policy(
        post=organizers(409), other="submit", names=C | {"key": "main"}, body=b'{"days": 14}'
    ),
    "competitions/<slug:slug>/announcements": Policy(
        get=EVERYBODY,
        post=(401, 404, 404, 404, 404, 404, 201, 404, 201),
        names=C,
        body=b'{"title": "News", "text": "The server was down."}',
    ),
    "competitions/<slug:slug>/rules": Policy(
        get=EVERYBODY,
        post=(401, 404, 404, 404, 404, 404, 201, 404, 201),
        names=C,
        body=b'{"version": "2", "text": "Be kind.", "in_force_at": "2102-01-01T00:00:00Z"}',
    ),
    "competitions/<slug:slug>/rules/<int:number>": Policy(get=EVERYBODY, names=C | {"number": "1"}),
    "competitions/<slug:slug>/rules/<int:number>/accept": Policy(
        post=(401, 403, 403, 200, 200, 200, 403, 403, 403), other="read", names=C | {"number": "1"}
    ),
    "competitions/<slug:slug>/clone": Policy(post=organizers(201), other="submit", names=C, body=b'{"slug": "copy"}'),
    "competitions/<slug:slug>/rehearsals": Policy(
        post=organizers(201), other="submit", names=C, body=b'{"slug": "trial"}'
    ),
    "competitions/<slug:slug>/description": Policy(get=organizers(200), other="submit", names=C),
    "competitions/<slug:slug>/clock": Policy(post=organizers(409), other="submit", names=C, body=b'{"seconds": 60}'),
    "competitions/<slug:slug>/guest-link": Policy(post=organizers(200), other="submit", names=C),
    "competitions/<slug:slug>/guests": Policy(
        post=(401, 403, *(404,) * 7), other="read", names=C, body=b'{"invitation": "a guess"}'
    ),
    "competitions/<slug:slug>/make-public": Policy(post=organizers(200), other="submit", names=C),
    "competitions/<slug:slug>/delete": Policy(
        post=organizers(409), other="submit", names=C, body=b'{"confirm": "chest"}'
    ),
    "competitions/<slug:slug>/hints": Policy(get=organizers(200), other="submit", names=C),
    "competitions/<slug:slug>/hints/<int:hint_id>/dismiss": Policy(
        post=organizers(404), other="submit", names=C | {"hint_id": "999999"}, body=b'{"reason": "one laboratory"}'
    ),
    ERRATA: Policy(get=EVERYBODY, names=C),
    ERRATA + "/reports": Policy(
        get=TEAMS,
        post=(401, 403, 403, 201, 201, 201, 403, 403, 403),
        other="organize",
        names=C,
        body=b'{"image_id": "%s", "text": "The mass is on the other side."}' % IMAGES[0].encode(),
    ),
    ERRATA + "/queue": Policy(get=organizers(200), other="submit", names=C),
    ERRATA + "/decide": Policy(
        post=organizers(200),
        other="submit",
        names=C,
        body=b'{"image_id": "%s", "outcome": "declined"}' % IMAGES[1].encode(),
    ),
    ERRATA + "/publish": Policy(post=organizers(409), other="submit", names=C),
    ERRATA + "/<int:number>/link": Policy(
        post=organizers(404), other="submit", names=C | {"number": "1"}, body=b'{"version": 1}'
    ),
    "schema": Policy(get=EVERYBODY),
    "docs": Policy(get=EVERYBODY),
    "^.*$": Policy(get=NOTHING, names={"": "nothing"}),
}


def route_of(pattern):
    return str(pattern.pattern)


def address_of(route, policy, submission):
    address = "nothing" if route == "^.*$" else route
    for part in route.split("/"):
        if part.startswith("<"):
            name = part.strip("<>").partition(":")[2]
            address = address.replace(
                part, policy.names[name].format(submission=submission.pk, merger=Merger.objects.get().pk)
            )
    return f"/api/v1/{address}{policy.query}"


@pytest.fixture
def books(db, tmp_path):
    past = description()["phases"][0] | {"key": "past", "opens_at": "2020-01-01", "closes_at": "2020-02-01"}
    prizes = {"key": "prizes", "title": "Prizes", "track": "detection", "eligibility": "From here.", "prizes": ["1"]}
    facts = {"brackets": [prizes], "bibtex": "@misc{chest, title = {Chest}}"}
    competition = make_competition(tmp_path, phases=[*description()["phases"], past], **facts)
    users = {name: make_member(competition, name).user for name in ("old terms", "member", "other team")}
    competition.terms.create(version="2", text="new", sha256="0" * 64)
    for name in ("member", "other team"):
        users[name].acceptances.create(terms=competition.current_terms())
    users |= {name: make_user(name) for name in ("outsider", "organizer", "organizer elsewhere")}
    users["admin"] = make_user("admin", is_superuser=True, is_staff=True)
    competition.organizers.add(users["organizer"])
    elsewhere = make_competition(tmp_path / "elsewhere", slug="elsewhere")
    elsewhere.organizers.add(users["organizer elsewhere"])
    submission = hand_in(users["member"].memberships.get(), detections_csv()).submission
    competition.handouts.create(name="train.csv", content=b"a,b", size=3, sha256="0" * 64)
    Entrant.objects.create(competition=competition, user=users["member"])
    report_erratum(user=users["member"], competition=competition, image_id=IMAGES[1], text="It is on the left.")
    publish_rules(
        competition, organizer=None, version="1", text="Be fair.", in_force_at=datetime(2100, 1, 1, tzinfo=UTC)
    )
    propose_merger(user=users["member"], competition=competition, team="Team other team")
    return users, submission


def clients_of(users):
    def bearing(user, *scopes):
        return Client(headers={"Authorization": f"Bearer {make_token(user, *scopes)}"}, raise_request_exception=False)

    clients = {role: bearing(users[role]) for role in ROLES if role in users}
    others = {scope: bearing(users["member"], scope) for scope in ("read", "submit", "organize")}
    return clients | {"nobody": Client()}, others


def as_field(value):
    return SimpleUploadedFile("file.csv", value) if isinstance(value, bytes) else value


def call(client, method, address, policy):
    """The status of one call, and what is wrong with the body of an error. Whatever it writes is undone."""
    if method != "post":
        options = {}
    elif policy.is_form:
        options = {"data": {name: as_field(value) for name, value in policy.body.items()}}
    else:
        options = {"data": policy.body, "content_type": "application/json"}
    with transaction.atomic():
        answer = getattr(client, method)(address, **options)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer.status_code, [] if answer.status_code < 400 else faults_of_problem(answer, method)


def faults_of_problem(answer, method):
    if answer["Content-Type"] != "application/problem+json":
        return [answer["Content-Type"]]
    if method == "head":
        return []
    body = answer.json()
    missing = {"type", "title", "status", "code", "detail"} - set(body)
    return [f"without {missing}"] if missing or body["status"] != answer.status_code else []


def test_every_address_has_a_policy():
    assert {route_of(pattern) for pattern in urlpatterns} == set(POLICIES)


def test_addresses_of_the_server_are_the_pages_the_api_and_three_for_machines():
    roots = {route_of(pattern).partition("/")[0] for pattern in get_resolver().url_patterns}

    assert {"api", "healthz", "readyz", "metrics", "admin", "accounts"} <= roots
    assert not {"media", "django-rq", "rq"} & roots


def test_every_address_answers_each_role_and_method_as_it_must(books, record_property):
    users, submission = books
    clients, others = clients_of(users)
    deviations, cells = [], 0
    for route, policy in POLICIES.items():
        address = address_of(route, policy, submission)
        callers = clients | {"other scope": others[policy.other or "organize"]}
        for method in METHODS:
            for role, expected in zip(ROLES, policy.expected(method), strict=True):
                status, faults = call(callers[role], method, address, policy)
                cells += 1
                if status != expected or faults:
                    deviations.append(f"{role}: {method} {address}: {status} instead of {expected} {faults}")

    record_property("cells", cells)
    assert cells == len(POLICIES) * len(METHODS) * len(ROLES)
    assert deviations == []
