"""No text that a person enters runs: every text of the books is full of scripts, and a browser reads all pages."""

import re

import pytest
from django.db import connection

from competition.models import Board, Team, User
from tests.browser.browsing import browsing, log_in
from tests.browser.payloads import PAYLOADS, poison_the_books, poisoned_entries, unknown_texts
from tests.browser.test_every_page import MEMBERS, ORGANIZERS, PUBLIC, handed_in  # noqa: F401
from tests.factory import PASSWORD, detections_csv, hand_in, make_member, make_user

ADMIN = (
    "",
    *(f"{name}/" for name in ("user", "competition", "evaluation", "submission", "auditevent", "letter", "team")),
)
LISTENING = """
window.ran = [];
for (const name of ['alert', 'confirm', 'prompt']) window[name] = (...words) => window.ran.push(name + words);
addEventListener('securitypolicyviolation', event => window.ran.push('policy: ' + event.violatedDirective
  + ' ' + event.blockedURI + ' ' + event.sample));
"""

IMAGE_OF_A_TEXT = re.compile(r"/x%22onerror=%22alert\(14\)$")
"""Markdown may show an image of this server. The payload for images becomes the address of one, which isn't there."""
ACTIVE = """
const mayRun = part => [...part.attributes].some(word => /^on/.test(word.name)
  || (/^(href|src|action)$/.test(word.name) && /^\\s*(javascript|data):/i.test(word.value)));
const isDownload = part => part.matches('a[download="faults.csv"][href^="data:text/csv;charset=utf-8,"]');
return [...document.querySelectorAll('main *, #content *')]
  .filter(part => mayRun(part) && !isDownload(part)).map(part => part.outerHTML);
"""
"""The parts that could run something. The faults of a file as CSV are a download that the server has made."""


@pytest.fixture
def poisoned(handed_in):  # noqa: F811
    """The competition of the tests of pages, with forty teams more, each with a payload for its name and its file's."""
    root = make_user("root", is_superuser=True, is_staff=True)
    competition = Team.objects.exclude(competition__rehearsal=True).first().competition
    members = [make_member(competition, f"person{index}") for index in range(len(PAYLOADS))]
    for member, payload in zip(members, PAYLOADS, strict=True):
        hand_in(member, detections_csv(), file_name=payload, note=payload)
    texts = poison_the_books()
    for member, payload in zip(members, PAYLOADS, strict=True):
        Team.objects.filter(pk=member.team_id).update(name=payload)
        User.objects.filter(pk=member.user_id).update(username=payload)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE competition_board DISABLE TRIGGER USER")
        for board in Board.objects.all():
            cursor.execute(
                "UPDATE competition_board SET entries = %s WHERE id = %s", [poisoned_entries(board.entries), board.pk]
            )
        cursor.execute("ALTER TABLE competition_board ENABLE TRIGGER USER")
    return handed_in | {"root": root, "texts": texts}


def test_of_every_text_it_is_known_whether_a_person_writes_it():
    assert len(set(PAYLOADS)) == 40
    assert unknown_texts() == set()


def test_no_text_that_a_person_enters_runs_anywhere(server, poisoned, record_property):
    odd, shown, pages = [], 0, 0
    visits = (
        (None, PUBLIC),
        ("ada", MEMBERS),
        ("olga", ORGANIZERS),
        ("root", [f"/admin/competition/{name}" for name in ADMIN]),
    )
    for person, addresses in visits:
        with browsing(server) as (page, watch):
            watch.expected |= {404, 422}
            page.context.add_init_script(LISTENING)
            page.context.route(IMAGE_OF_A_TEXT, lambda route: route.fulfill(status=200, content_type="image/png"))
            page.on("dialog", lambda dialog: (watch.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
            if person:
                log_in(page, person, PASSWORD)
            for address in addresses:
                answer = page.goto(address.format(**poisoned), wait_until="domcontentloaded")
                if answer.status != (404 if address == "/nothing-here/" else 200):
                    odd.append(f"{answer.status} {page.url}")
                shown += sum(payload in page.content() or payload in page.inner_text("body") for payload in PAYLOADS)
                odd += _active(page)
                pages += 1
            if person == "ada":
                _upload_faults(page)
                odd += _active(page)

    record_property("texts", poisoned["texts"])
    record_property("pages", pages)
    record_property("shown", shown)
    assert odd == []
    assert shown > 500


def _active(page):
    """What has run on this page, and the parts of it that could."""
    return [f"{page.url}: {what}" for what in page.evaluate("window.ran") + page.evaluate(f"() => {{{ACTIVE}}}")]


def _upload_faults(page):
    """A file of whose name and cells the page of faults tells."""
    cells = ('"' + payload.replace('"', '""') + '"' for payload in PAYLOADS)
    header = "image_id,class_name,score,x_min,y_min,x_max,y_max"
    faulty = "\n".join([header, *(f"{cell},x,1,1,2,3,4" for cell in cells)])
    page.goto("/competitions/chest/submit/")
    file = {"name": "<img src=x onerror=alert(1)>.csv", "mimeType": "text/csv", "buffer": faulty.encode()}
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Upload", exact=True).click()
    page.locator("ol.quoted li", has_text=PAYLOADS[1]).first.wait_for()
