"""What every address says to the browser of how it may be used: made from the URL configuration."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from tests.factory import detections_csv, hand_in, make_user
from tests.web.conftest import page_client

NAMED = {"slug": "chest", "track": "detection", "key": "main", "word": "a-guess", "who": "public", "page": "about"}
OF_A_KIND = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000", "str": "x", "slug": "x", "path": "x"}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
SAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def addresses(patterns=None, before=""):
    """Every address of the server, with a name for each part; those by regular expressions as far as they are fixed."""
    for pattern in patterns or get_resolver().url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            named = re.sub(r"<(?:(\w+):)?(\w+)>", lambda part: NAMED.get(part[2]) or OF_A_KIND[part[1] or "str"], route)
            yield "/" + re.sub(r"[\^$]|\\Z|\(\?P?.*", "", named).replace("\\", "")
        else:
            yield from addresses(pattern.url_patterns, route)


@pytest.fixture
def readers(competition, organizer, settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 365 * 24 * 3600, True
    root = make_user("root", is_superuser=True, is_staff=True)
    return {"nobody": page_client(), "olga": page_client(organizer), "root": page_client(root)}


FRAMED = "/competitions/chest/boards/detection/embed/"
"""The only address that other sites may frame; it knows no reader."""


def lacks(answer, *, framed=False):
    wanted = POLICY | {"frame-ancestors": "*"} if framed else POLICY
    headers = SAYS | {"X-Frame-Options": None} if framed else SAYS
    policy = dict(part.strip().partition(" ")[::2] for part in answer.get("Content-Security-Policy", "").split(";"))
    found = [f"{name} {policy.get(name)}" for name, value in wanted.items() if policy.get(name) != value]
    found += [f"{name}: {answer.get(name)}" for name, value in headers.items() if answer.get(name) != value]
    found += [] if "max-age=31536000" in answer.get("Strict-Transport-Security", "") else ["no HSTS"]
    return found + (["unsafe"] if "unsafe" in answer.get("Content-Security-Policy", "") else [])


def test_every_address_says_what_the_browser_may_do_with_it(readers, record_property):
    places = sorted({*addresses(), "/nothing-here/", "/api/v1/nothing"})
    wrong, answered = {}, 0
    for reader, client in readers.items():
        for place in places:
            answer = client.get(place, secure=True)
            answered += 1
            b"".join(answer.streaming_content if answer.streaming else [])
            faults = lacks(answer, framed=place == FRAMED and answer.status_code == 200)
            if faults and "sandbox" not in answer.get("Content-Security-Policy", ""):
                wrong[f"{reader}: {place}"] = faults
            if answer.status_code >= 500 and place != "/readyz":
                wrong[f"{reader}: {place} is"] = [answer.status_code]

    record_property("answers", answered)
    assert wrong == {}
    assert len(places) > 150


def test_a_file_that_somebody_uploaded_is_an_attachment_in_a_box(competition, member, browser):
    submission = hand_in(member, detections_csv(), file_name='"><script>.html').submission

    answer = browser.get(f"/api/v1/submissions/{submission.pk}/file")

    assert b"".join(answer.streaming_content) == detections_csv()
    assert answer["Content-Disposition"] == f'attachment; filename="{submission.pk}.csv"'
    assert answer["Content-Type"] == "text/csv"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert re.fullmatch(r"submissions/[0-9a-f]{32}", submission.file)
    assert "script" not in submission.file


def test_whatever_is_a_file_for_a_spreadsheet_is_an_attachment(competition, member, organizer):
    competition.handouts.create(name="train.csv", content=b"a,b", size=3, sha256="0" * 64)
    desk, opened = page_client(organizer), []
    for place in ("manifest", "sample?track=detection", "boards/detection?format=csv", "export", "files/train.csv"):
        answer = desk.get(f"/api/v1/competitions/chest/{place}")
        assert answer.status_code == 200, place
        if not answer["Content-Disposition"].startswith("attachment"):
            opened.append(place)

    assert opened == []


def test_the_admins_pages_are_not_there_for_others(competition, member, organizer):
    for person in (member.user, organizer):
        desk = page_client(person)
        for place in ("/admin/", "/admin/competition/user/", "/admin/nothing/"):
            answer = desk.get(place)
            assert answer.status_code == 404, (person, place, answer.status_code)

    assert Client().get("/admin/").status_code == 302


def test_the_admin_shows_neither_labels_nor_words_that_let_in(competition):
    root = page_client(make_user("root", is_superuser=True, is_staff=True))
    places = re.findall(r'href="(/admin/competition/\w+/)"', root.get("/admin/").content.decode())
    names = {place.split("/")[3] for place in places}

    assert names
    assert not names & {"sealedtruth", "sealedsplit", "apitoken", "letteraddress", "signature", "score", "split"}
    page = root.get(
        f"/admin/competition/team/{competition.teams.create(name='A', name_key='a', skeleton='a').pk}/change/"
    )
    assert "invitation" not in page.content.decode()
