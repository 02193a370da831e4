"""Follows every link, as each kind of reader, and holds every page to the same demands."""

from urllib.parse import urljoin, urlsplit

import pytest

from tests.factory import detections_csv, hand_in, make_member, make_user, probabilities_csv
from tests.web.conftest import page_client
from tests.web.reading import Page

FOR_SCRIPTS = "/api/v1/docs"
"""The API's page is another project's: a page for scripts."""
ARCHIVE = "format=zip"
"""An archive is of one instant, in a transaction of its own, which it can't have inside a test's: see tests/archive."""


@pytest.fixture
def readers(competition, member, organizer, score_all):
    hand_in(member, detections_csv())
    hand_in(member, probabilities_csv(noise=0.3), track="classification")
    hand_in(make_member(competition, "bob"), detections_csv(shift=40))
    score_all()
    return {
        "anonymous": page_client(),
        "member": page_client(member.user),
        "outsider": page_client(make_user("eve")),
        "organizer": page_client(organizer),
    }


def pages_from(client, start="/"):
    """Every address that can be reached by links, with its answer."""
    answers, waiting = {}, [start]
    while waiting:
        path = waiting.pop()
        if path in answers:
            continue
        answers[path] = answer = client.get(path)
        b"".join(answer.streaming_content if answer.streaming else [])
        if answer.status_code in (301, 302):
            waiting.append(urljoin(path, answer["Location"]))
        elif answer.get("Content-Type", "").startswith("text/html"):
            found = (urlsplit(urljoin(path, link)) for link in Page(answer.content.decode()).links)
            waiting += [
                f"{link.path}?{link.query}" if link.query else link.path
                for link in found
                if not link.netloc and not link.path.startswith("/static/") and ARCHIVE not in link.query
            ]
    return answers


@pytest.mark.parametrize("reader", ["anonymous", "member", "outsider", "organizer"])
def test_every_link_leads_somewhere_and_every_page_is_sound(readers, reader):
    answers = pages_from(readers[reader])

    statuses = {path: answer.status_code for path, answer in answers.items()}
    assert {path: status for path, status in statuses.items() if status not in (200, 302)} == {}
    html = {
        path: answer
        for path, answer in answers.items()
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html") and path != FOR_SCRIPTS
    }
    assert {path: Page(answer.content.decode()).faults for path, answer in html.items()} == {path: [] for path in html}
    assert len(html) > 8
    for answer in html.values():
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "unsafe" not in policy


def test_what_is_reached_by_links_depends_on_who_reads(readers):
    reached = {name: set(pages_from(client)) for name, client in readers.items()}

    assert "/competitions/chest/organize/" in reached["organizer"]
    assert not any("/organize/" in path for name in ("anonymous", "member", "outsider") for path in reached[name])
    assert any(path.startswith("/submissions/") for path in reached["member"])
    assert not any(path.startswith("/submissions/") for path in reached["outsider"] | reached["anonymous"])


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/login/", "/accounts/password/reset/"])
def test_pages_that_lead_in_are_sound(db, path):
    answer = page_client().get(path)

    assert answer.status_code == 200
    assert Page(answer.content.decode()).faults == []


@pytest.mark.parametrize(
    "path",
    ["/accounts/logout/", "/accounts/email/", "/accounts/password/change/", "/accounts/reauthenticate/", "/account/"],
)
def test_pages_of_an_account_are_sound(browser, path):
    answer = browser.get(path)

    assert answer.status_code == 200
    assert Page(answer.content.decode()).faults == []
