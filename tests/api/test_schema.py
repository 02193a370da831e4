"""The published description of the API, and the page that shows it."""

import io
import json
import re

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from competition.api.urls import urlpatterns


@pytest.fixture(scope="module")
def schema():
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=out)
    return json.loads(out.getvalue())


def test_it_is_valid_openapi_3_1_without_a_warning(schema):
    assert schema["openapi"].startswith("3.1")
    assert set(schema["components"]["securitySchemes"]) == {"token", "session"}


def test_it_has_every_address(schema):
    addresses = {path.removeprefix("/api/v1/").replace("{", "<").replace("}", ">") for path in schema["paths"]}
    kinds = re.compile("(slug|uuid|int|str):")
    routes = {kinds.sub("", str(pattern.pattern)) for pattern in urlpatterns}

    assert routes - addresses == {"schema", "docs", "^.*$"}
    assert not addresses - routes


def test_every_operation_tells_its_problems(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            problems = {int(status) for status in answers if status >= "400"}
            expected = {503}
            expected |= {404} if "{" in path else set()
            expected |= {401, 403} if {} not in operation["security"] else set()
            expected |= {413, 415} if "requestBody" in operation else set()
            assert problems >= expected, (path, method)
            for status in problems:
                assert list(answers[str(status)]["content"]) == ["application/problem+json"]


def test_an_upload_tells_all_that_can_happen_to_it(schema):
    upload = schema["paths"]["/api/v1/competitions/{slug}/submissions"]["post"]

    assert set(upload["responses"]) == {
        str(status) for status in (200, 201, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
    }


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("", "*/*", "application/json"),
        ("", "application/json", "application/json"),
        ("", "text/html,*/*;q=0.8", "application/json"),
        ("", "application/yaml", "application/yaml"),
        ("?format=yaml", "*/*", "application/yaml"),
        ("?format=json", "application/yaml", "application/json"),
    ],
)
def test_everybody_gets_it_as_json_or_yaml(db, query, accept, kind):
    answer = Client(headers={"Accept": accept}).get(f"/api/v1/schema{query}")

    assert answer.status_code == 200
    assert answer["Content-Type"].split(";")[0] == kind
    assert yaml.safe_load(answer.content)["openapi"].startswith("3.1")


def test_another_form_is_a_problem(db):
    assert Client().get("/api/v1/schema?format=xml").json()["code"] == "unknown_format"


def test_the_page_needs_nothing_that_the_policy_forbids(db):
    page = Client().get("/api/v1/docs")
    script = Client().get("/api/v1/docs?script=")

    text = page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "<style" not in text
    assert "<script>" not in text
    assert " style=" not in text
    assert "//" not in text.replace("<!doctype html>", "")
    assert script["Content-Type"].startswith("application/javascript")
    assert "/api/v1/schema" in script.content.decode()


def test_every_call_says_in_a_few_words_what_it_is_about(schema):
    summaries = [operation["summary"] for operations in schema["paths"].values() for operation in operations.values()]

    assert all(5 < len(summary) < 100 for summary in summaries)
