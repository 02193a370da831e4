"""Whatever page is added: who isn't logged in is sent to do so, and organizers' pages are not there for others."""

import re

import pytest

from competition.web.urls import urlpatterns
from tests.factory import make_member, make_user
from tests.web.conftest import page_client

OPEN_TO_ALL = {
    "awards",
    "home",
    "competition",
    "data",
    "rules",
    "rules-version",
    "errata",
    "board",
    "board-badge",
    "board-embed",
    "board-news",
    "cite",
    "labels",
    "language",
    "scores",
    "terms",
    "submit",
}
FOR_ALL_ALIKE = ("/news/", "/embed/", "/badge.svg")
"""What is the same for whoever asks, and looks at no session."""
NAMED = {"who": "public", "page": "about", "word": "a-guess", "slug": "chest", "track": "detection", "key": "main"}
OF_A_KIND = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000"}


def address_of(pattern):
    """The competition, its phase and its first truth are there; of what else an address names nothing is."""
    return "/" + re.sub(r"<(\w+):(\w+)>", lambda part: NAMED.get(part[2]) or OF_A_KIND[part[1]], str(pattern.pattern))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("pattern", [pattern for pattern in urlpatterns if pattern.name not in OPEN_TO_ALL], ids=str)
def test_who_is_not_logged_in_is_sent_to_do_so(competition, pattern, method):
    answer = getattr(page_client(), method)(address_of(pattern))

    assert answer.status_code == 405 or answer["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("pattern", [pattern for pattern in urlpatterns if "organize" in str(pattern.pattern)], ids=str)
def test_organizers_pages_are_not_there_for_others(competition, pattern, method):
    for person in (make_user("eve"), make_member(competition, "ada").user):
        answer = getattr(page_client(person), method)(address_of(pattern))

        assert answer.status_code in (404, 405)


def test_no_cache_shares_a_page_of_somebody_who_is_logged_in(competition, organizer):
    desks = [page_client(person) for person in (organizer, make_member(competition, "ada").user, make_user("eve"))]
    shared = []
    for address in sorted({address_of(pattern) for pattern in urlpatterns} | {"/accounts/logout/", "/accounts/email/"}):
        for desk in desks:
            answer = desk.get(address)
            said = set(answer.get("Cache-Control", "").replace(" ", "").split(","))
            keeps_to_itself = {"private", "no-cache"} <= said and "Cookie" in answer.get("Vary", "")
            if address.endswith(FOR_ALL_ALIKE) and "public" in said:
                continue
            if "public" in said or not ("no-store" in said or keeps_to_itself):
                shared.append((address, said))

    assert shared == []
