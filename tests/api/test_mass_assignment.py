"""Every address that takes something is sent every field of every model as well: nothing follows but what it declares.

Made from the URL configuration and the models: each call is made twice as it should be and once with all the rest, and
undone; whatever the books then hold otherwise is a fault. An address that is added is tried without being named here.
"""

import json
import re
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.test import Client
from rest_framework import serializers

from competition.api.urls import urlpatterns
from competition.models import Submission
from competition.web.urls import urlpatterns as pages
from tests.api import test_audit, test_matrix
from tests.api.test_audit import books, names, prepare  # noqa: F401
from tests.api.test_matrix import books as world  # noqa: F401
from tests.factory import PASSWORD, detections_csv, make_token

MARK = "set-by-a-client"
ROWS = "SELECT %s AS place, to_jsonb(t) AS row FROM {} t"


def hostile_value(field: models.Field) -> Any:
    """A value of the field's kind that nothing here has by itself."""
    if field.is_relation:
        return 987654321
    kinds = (
        (models.BooleanField, True),
        (models.DateTimeField, "2001-02-03T04:05:06Z"),
        (models.DateField, "2001-02-03"),
    )
    kinds += ((models.IntegerField, 987654321), (models.FloatField, 0.987654321), (models.JSONField, [MARK]))
    return next((value for kind, value in kinds if isinstance(field, kind)), MARK)


def hostile_fields() -> dict[str, Any]:
    """By name: each field of each model, by its column too."""
    found = {}
    for model in apps.get_models():
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
            found |= dict.fromkeys({field.name, getattr(field, "attname", field.name)}, hostile_value(field))
    return found


HOSTILE = hostile_fields()


def all_rows() -> dict[str, list[dict[str, str]]]:
    """The whole database by table: each row's columns as text."""
    tables = sorted(model._meta.db_table for model in apps.get_models(include_auto_created=True))
    union = " UNION ALL ".join(ROWS.format(f'"{table}"') for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(union, tables)
        found: dict[str, list[dict[str, str]]] = {}
        for table, row in cursor.fetchall():
            row = json.loads(row) if isinstance(row, str) else row
            found.setdefault(table, []).append({name: json.dumps(value, sort_keys=True) for name, value in row.items()})
    return found


def values(rows, column):
    return sorted(row[column] for row in rows)


def differences(plain, again, spoilt) -> list[str]:
    """What the spoilt call left that the plain ones did not; a column that differs between those is by chance."""
    found = []
    for table in {*plain, *spoilt}:
        first, second, third = (rows.get(table, []) for rows in (plain, again, spoilt))
        columns = list((first or third)[0])
        fixed = [column for column in columns if values(first, column) == values(second, column)]
        kept = [sorted([row[column] for column in fixed] for row in rows) for rows in (first, third)]
        found += [table] if kept[0] != kept[1] else []
        found += [f"{table}: {MARK}" for row in third if MARK in str(row)]
    return found


def undone(call) -> tuple[int, dict[str, list[dict[str, str]]]]:
    with transaction.atomic():
        answer = call()
        if answer.streaming:
            b"".join(answer.streaming_content)
        rows = all_rows()
        transaction.set_rollback(True)
    return answer.status_code, rows


def faults_of(send, declared) -> list[str]:
    """send(fields) makes the call with these fields beside its own."""
    extra = {name: value for name, value in HOSTILE.items() if name not in declared}
    status, plain = undone(lambda: send({}))
    again_status, again = undone(lambda: send({}))
    spoilt_status, spoilt = undone(lambda: send(extra))
    assert len(extra) > 100
    if len({status, again_status, spoilt_status}) > 1:
        return [f"{status}, {again_status}, then {spoilt_status}"]
    return differences(plain, again, spoilt)


def declared_by(view) -> set[str]:
    """The fields of every serializer that the view's module uses for what comes in."""
    module = __import__(view.__module__, fromlist=["x"])
    classes = [thing for thing in vars(module).values() if isinstance(thing, type)]
    taken = [
        made for made in classes if issubclass(made, serializers.Serializer) and made.__name__.endswith(("In", "IO"))
    ]
    forms_of_files = [thing["multipart/form-data"] for thing in vars(module).values() if _is_form_of_files(thing)]
    return {name for made in taken for name in made().fields} | {
        name for form in forms_of_files for name in form["properties"]
    }


def _is_form_of_files(thing):
    return isinstance(thing, dict) and "multipart/form-data" in thing


def as_form(body):
    return {
        name: SimpleUploadedFile("f.csv", value) if isinstance(value, bytes) else value for name, value in body.items()
    }


def sender(client, address, body, is_form):
    def send(fields):
        if is_form:
            words = {name: str(value) for name, value in fields.items()}
            return client.post(address, {**words, **as_form(body)})
        return client.post(address, {**fields, **body}, content_type="application/json")

    return send


@pytest.fixture(autouse=True)
def fast_hashes(settings):
    """A fingerprint of labels is slow on purpose."""
    settings.PASSWORD_HASHERS = [f"{MD5PasswordHasher.__module__}.{MD5PasswordHasher.__name__}"]


def test_every_address_takes_what_it_declares_and_nothing_else(world):  # noqa: F811
    users, submission = world
    clients, _ = test_matrix.clients_of(users)
    views = {str(pattern.pattern): getattr(pattern.callback, "cls", None) for pattern in urlpatterns}
    faults, succeeded = {}, 0
    for route, policy in test_matrix.POLICIES.items():
        if policy.post is None:
            continue
        role = min(zip(policy.post, test_matrix.ROLES, strict=True))[1]
        body = policy.body if policy.is_form else json.loads(policy.body)
        address = test_matrix.address_of(route, policy, submission)
        declared = {*body, *declared_by(views[route])}
        succeeded += min(policy.post) < 300
        found = faults_of(sender(clients[role], address, body, policy.is_form), declared)
        faults |= {route: found} if found else {}

    assert faults == {}
    assert succeeded > 30


def test_every_act_of_an_organizer_takes_what_it_declares_and_nothing_else(books, names):  # noqa: F811
    competition, _ = books
    olga = competition.organizers.get()
    token, desk = Client(headers={"Authorization": f"Bearer {make_token(olga)}"}), Client()
    desk.force_login(olga)
    views = {str(pattern.pattern): getattr(pattern.callback, "cls", None) for pattern in urlpatterns}
    faults = {}
    calls = [(route, body, how) for route, (_, body, how) in test_audit.CALLS.items() if how != "get"]
    for route, body, how in calls:
        send = sender(token, "/api/v1/" + test_audit.address_of(route, names), body, how == "form")
        faults[route] = _prepared(books, route, send, {*body, *declared_by(views[route])})
    for pattern in pages:
        route, name = str(pattern.pattern), pattern.name
        is_organizers = "/organize/" in route or name in test_audit.FORMS
        if not is_organizers or "<str:who>" in route:
            continue
        body, address = test_audit.FORMS.get(name, ("", {}))[1], "/" + test_audit.address_of(route, names)
        asked = _asked_on(desk, address) | ASKED_ELSEWHERE.get(name, set())
        faults[name] = _prepared(books, route, _page_sender(desk, address, body), {*asked, *body})

    assert {place: found for place, found in faults.items() if found} == {}


def _prepared(books, route, send, declared):  # noqa: F811
    with transaction.atomic():
        prepare(books, route)
        found = faults_of(send, declared)
        transaction.set_rollback(True)
    return found


def _page_sender(desk, address, body):
    def send(fields):
        for value in body.values():
            if hasattr(value, "seek"):
                value.seek(0)
        return desk.post(address, {**{name: str(value) for name, value in fields.items()}, **body})

    return send


def _asked_on(desk, address):
    """The names of what can be filled in on the page, and those that its buttons send."""
    answer = desk.get(address)
    return set(re.findall(r'name="([^"]+)"', answer.content.decode())) if answer.status_code == 200 else {"reason"}


ASKED_ELSEWHERE = {"publish-errata": {"version"}}
"""Filled in on another page than the address's own."""
OWN_FORMS = {
    "enter": {"team": "New", "way": "found", "accept_terms": "2"},
    "submit": {"track": "detection", "file": detections_csv(), "phase": "main"},
    "new-token": {"name": "mine", "scopes": ["read"], "days": "5"},
    "report-erratum": {"image_id": "0" * 32, "text": "It is on the left."},
    "declare": {"none": "1", "act": "send"},
}


def test_every_form_of_a_person_takes_what_it_declares_and_nothing_else(world):  # noqa: F811
    users, submission = world
    given = {"<slug:slug>": "chest", "<uuid:submission_id>": str(submission.pk), "<slug:track>": "detection"}
    faults = {}
    people = {name: Client() for name in ("member", "outsider")}
    for name, client in people.items():
        client.force_login(users[name])
    for pattern in pages:
        route = str(pattern.pattern)
        if "/organize/" in route or re.search("<(?!slug:slug|uuid:submission_id|slug:track)", route):
            continue
        address = "/" + test_audit.address_of(route, given)
        for name, client in people.items():
            body = as_form(OWN_FORMS.get(pattern.name, {}))
            found = faults_of(_page_sender(client, address, body), _asked_on(client, address) | {*body})
            faults |= {f"{name}: {route}": found} if found else {}

    assert faults == {}
    assert Submission.objects.count() == 1


def test_who_signs_up_becomes_no_more_than_a_person(db):
    body = {"username": "eve", "password1": PASSWORD, "password2": PASSWORD}

    def send(fields):
        return Client().post("/accounts/signup/", {**{name: str(value) for name, value in fields.items()}, **body})

    assert faults_of(send, {*body, "email", "next", "login", "password"}) == []


def test_no_form_that_comes_in_is_made_from_a_model():
    """Such a form takes each field that nobody thought of leaving out."""
    made = [*_all_below(serializers.ModelSerializer), *_all_below(forms.ModelForm)]
    ours = [kind for kind in made if kind.__module__.startswith("competition.")]

    assert [kind.__name__ for kind in ours if kind.__name__.endswith(("In", "IO", "Form"))] == []
    assert all(kind.__name__.endswith("Out") for kind in ours)


def _all_below(kind):
    return {below for child in kind.__subclasses__() for below in (child, *_all_below(child))}
