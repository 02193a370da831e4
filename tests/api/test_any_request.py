"""Whatever is sent to whatever address, by whomever: no error of the server, and no answer that the schema lacks.

Requests are made up from the published schema, right and wrong ones. `ANY_REQUEST_EXAMPLES` asks for more of each.
"""

import os
from contextlib import closing
from datetime import UTC, datetime

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as bounds
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from competition.models import Entrant
from competition.operations.publish_rules import publish_rules
from competition.operations.report_erratum import report_erratum
from tests.factory import (
    IMAGES,
    description,
    detections_csv,
    hand_in,
    make_competition,
    make_member,
    make_token,
    make_user,
)

EXAMPLES = int(os.environ.get("ANY_REQUEST_EXAMPLES", "2"))
OF_ONE_INSTANT = {"/api/v1/account/export", "/api/v1/competitions/{slug}/export"}
"""Need a transaction of their own, which they can't have inside a test's: see tests/archive."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]


@pytest.fixture
def kept_connection():
    """No request closes the test's own connection; Django's client of tests sees to that itself."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def world(db, tmp_path, settings, kept_connection):
    """A competition with one of everything; callers by name, and the names that addresses may have in them."""
    settings.ALLOWED_HOSTS = ["*"]
    prizes = {"key": "prizes", "title": "Prizes", "track": "detection", "eligibility": "From here.", "prizes": ["1"]}
    past = description()["phases"][0] | {"key": "past", "opens_at": "2020-01-01", "closes_at": "2020-02-01"}
    phases = [*description()["phases"], past]
    competition = make_competition(tmp_path, phases=phases, brackets=[prizes], bibtex="@misc{chest, title = {Chest}}")
    member, olga = make_member(competition, "ada"), make_user("olga")
    competition.organizers.add(olga)
    submission = hand_in(member, detections_csv()).submission
    competition.handouts.create(name="train.csv", content=b"a,b", size=3, sha256="0" * 64)
    Entrant.objects.create(competition=competition, user=member.user)
    report_erratum(user=member.user, competition=competition, image_id=IMAGES[1], text="It is on the left.")
    publish_rules(
        competition, organizer=None, version="1", text="Be fair.", in_force_at=datetime(2100, 1, 1, tzinfo=UTC)
    )
    names = {"slug": "chest", "submission_id": str(submission.pk), "track": "detection", "version": 1, "number": 1}
    names |= {"name": "train.csv", "key": "main"}
    callers = {"nobody": {}}
    callers |= {
        name: {"Authorization": f"Bearer {make_token(user)}"} for name, user in (("ada", member.user), ("olga", olga))
    }
    return names, callers


def read_to_its_end(application):
    """A server closes each answer, with the file in it, at once; the client that is made from the schema does not."""

    def answered(environ, start_response):
        with closing(application(environ, start_response)) as answer:
            return [b"".join(answer)]

    return answered


def operations():
    """Of the schema as it is published: an address that is added is tried without being named here."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema", read_to_its_end(get_wsgi_application()))
    schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    found = [result.ok() for result in schema.get_all_operations()]
    return [operation for operation in found if operation.path not in OF_ONE_INSTANT]


def call(case, headers, names, is_known):
    """One request, undone afterwards. The names in its address are mostly those of things that are there."""
    for name in set(case.path_parameters or {}) & set(names):
        if is_known:
            case.path_parameters[name] = names[name]
    with transaction.atomic():
        answer = case.call(headers=headers)
        transaction.set_rollback(True)
    return answer


def test_no_request_is_answered_with_an_error_or_with_what_the_schema_lacks(world, record_property):
    names, callers = world
    calls, faults, statuses = 0, {}, {}

    def try_all(operation, caller):
        @seed(20261125)
        @given(case=operation.as_strategy(), is_known=st.sampled_from((True, True, True, False)))
        @_bounded
        def run(case, is_known):
            nonlocal calls
            calls += 1
            answer = call(case, callers[caller], names, is_known)
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as fault:
                place = f"{operation.method} {operation.path}: {answer.status_code}"
                faults.setdefault(place, f"{caller}: {str(fault)[:600]} {answer.text[:300]}")

        run()

    for operation in operations():
        for caller in callers:
            try_all(operation, caller)

    record_property("calls", calls)
    record_property("statuses", str(sorted(statuses.items())))
    assert faults == {}
    assert {200, 201, 400, 401, 403, 404} <= set(statuses)


_bounded = bounds(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
