"""Forged requests: every address refuses what changes anything without the token, and none leads to another host."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RoutePattern

from competition.operations.issue_token import issue_token
from tests.factory import PASSWORD, make_user
from tests.web.conftest import page_client

UNSAFE = ("post", "put", "patch", "delete")
OF_A_KIND = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000"}
NAMED = {"slug": "chest", "track": "detection", "key": "main", "app_label": "competition"}
REGEXES = {
    "confirm-email": "confirm-email/a-key/",
    "password/reset/key": "password/reset/key/1-a-key/",
    "app_label": "competition/",
}
NOTHING_THERE = ("healthz", "readyz", "metrics", "api/v1", "api/v1/.*", "api/v1/schema", "api/v1/docs")
"""What looks at no session, and changes nothing: there is no such method."""
READ_LATE = ("competitions/chest/submit/", "competitions/chest/organize/truth/")
"""Uploads, which look for the token themselves, before the body is read; POST is the only unsafe method there."""

ELSEWHERE = (
    "https://evil.example/",
    "http://evil.example",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\r//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "HtTpS://evil.example",
    "https://testserver@evil.example/",
    "https://evil.example\\@testserver/",
    "https://testserver.evil.example/",
    "https://evil.example#testserver",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//testserver",
    "data:text/html,<script>alert(1)</script>",
    "ftp://testserver/",
    "https://[::ffff:203.0.113.1]/",
)


def addresses(resolver=None, before=""):
    """Every address of the URL configuration, with a value for each part that varies."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern.pattern, RoutePattern):
            part = re.sub(
                r"<(?:(\w+):)?(\w+)>",
                lambda found: NAMED.get(found[2]) or OF_A_KIND.get(found[1], "x"),
                str(pattern.pattern),
            )
        else:
            text = str(pattern.pattern)
            part = next((made for word, made in REGEXES.items() if word in text), text.strip("^$"))
        if isinstance(pattern, URLPattern):
            yield before + part
        else:
            yield from addresses(pattern, before + part)


def test_what_changes_anything_needs_the_token_at_every_address(competition):
    admin = make_user("root", is_staff=True, is_superuser=True)
    competition.organizers.add(admin)
    session = page_client(admin, enforce_csrf_checks=True)
    every = sorted(set(addresses()))
    answers = {(path, method): getattr(session, method)("/" + path) for path in every for method in UNSAFE}

    wrong = {
        cell: answer.status_code
        for cell, answer in answers.items()
        if answer.status_code != 403
        and not (cell[0] in NOTHING_THERE and answer.status_code in (404, 405))
        and not (cell[0] in READ_LATE and cell[1] != "post" and answer.status_code == 405)
    }
    assert wrong == {}
    by_token = [answer for answer in answers.values() if answer.status_code == 403]
    assert all(b"csrf" in answer.content.lower() or b"The form has expired" in answer.content for answer in by_token)
    assert len(every) > 150, "the whole configuration was walked"
    assert competition.organizers.filter(pk=admin.pk).exists()


def test_no_cookie_stands_for_a_token(competition, member):
    secret = issue_token(user=member.user, name="machine", scopes=("read", "submit"), days=1).secret
    client = Client(enforce_csrf_checks=True)
    for name in ("Authorization", "authorization", "token", "access_token", "bearer", "sessionid", "csrftoken"):
        client.cookies[name] = secret if name != "Authorization" else f"Bearer {secret}"

    assert client.get("/api/v1/competitions/chest/submissions").status_code == 401
    assert client.get(f"/api/v1/competitions/chest/submissions?token={secret}").status_code == 401
    assert client.post("/api/v1/competitions/chest/submissions").status_code == 401


def leads_away(location):
    """Whether a browser would leave this host: it drops tabs and line ends, and reads a backslash as a slash."""
    seen = re.sub(r"[\t\r\n]", "", location).lstrip("".join(map(chr, range(33)))).replace("\\", "/")
    to = urlsplit("https:" + seen if seen.startswith("//") else seen)
    return bool(to.scheme or to.netloc or seen.startswith("//")) and to.netloc != "testserver"


@pytest.mark.parametrize("path", ["login", "signup", "logout", "reauthenticate", "password/change", "2fa/authenticate"])
def test_no_next_leads_to_another_host(member, settings, path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    member.user.set_password(PASSWORD)
    member.user.save()
    followed = []
    for number, target in enumerate(ELSEWHERE):
        words = {
            "login": "ada",
            "password": PASSWORD,
            "username": f"new{number}",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "oldpassword": PASSWORD,
        }
        for where in ("body", "query"):
            client = page_client(None if path in ("login", "signup", "2fa/authenticate") else member.user)
            words["username"] += where
            if where == "body":
                answer = client.post(f"/accounts/{path}/", {**words, "next": target})
            else:
                answer = client.post(f"/accounts/{path}/", words, query_params={"next": target})
            followed.append((target, answer.get("Location", "")))

    assert len(set(ELSEWHERE)) >= 25
    assert [pair for pair in followed if leads_away(pair[1])] == []
    assert all(location for _, location in followed)
