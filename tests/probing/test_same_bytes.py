"""What must not tell tells nothing: private labels dealt out anew, and a file that makes no step, change no byte.

Every address of the URL configuration is read, as anybody, as an outsider, as another team and as the own team.
FAULTS=long (or PROBING=long) deals the labels out fifty times, not twice, and leaves no address to one reader alone.
"""

import os
import re
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import override_settings

from competition import storage
from competition.models import Board, Phase, Score, Submission
from competition.operations.sweep import publish_ready
from tests.probing.books import BIT_WORSE, FAR_WORSE, handed_in
from tests.probing.reading import act, differing, read, read_all, routes
from tests.probing.relabelled import dealt_out, drawn_anew
from tests.probing.worlds import Worlds, work

LONG = "long" in (os.environ.get("FAULTS"), os.environ.get("PROBING"))
DEALT = [range(first, first + 5) for first in range(0, 50, 5)] if LONG else [range(2)]
DRAWN = [range(5)] if LONG else [range(1)]
"""Seeds of labellings; in the long form some in one test, so that the tests can be spread over processes."""
READERS = ("own team", "other team", "outsider", "anybody") if LONG else ("own team", "anybody")
API = "/api/v1/competitions/chest"
pytestmark = pytest.mark.django_db(transaction=True)
STATUSES = {0, 200, 201, 302, 400, 401, 403, 404, 405, 409, 415, 422, 503}
"""503: no worker is alive, says `/readyz`."""
OF_NOBODY_HERE = re.compile("^/(admin|accounts)/|/organize/")
A_TEAM_READS = (
    "/competitions/chest/",
    "/competitions/chest/boards/detection/",
    "/competitions/chest/submissions/",
    "/competitions/chest/team/",
    "/submissions/{own}/",
    f"{API}/boards/detection?phase=main&format=csv",
    "/api/v1/submissions/{own}",
    "/api/v1/submissions/{own}/file",
    "/account/data/export/",
)


@pytest.fixture(scope="module")
def books(tmp_path_factory, django_db_setup, django_db_blocker):
    """Everything handed in, nothing scored; a database of its own that each world is a copy of."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with pytest.MonkeyPatch.context() as patched, django_db_blocker.unblock():
        patched.setattr("competition.operations.publish.SHORTEST_GAP", timedelta(0))
        with override_settings(STORAGES={**configured.STORAGES, "staticfiles": plain}):
            worlds = Worlds(f"{connection.settings_dict['NAME']}_world")
            try:
                with worlds.first():
                    founded = handed_in(worlds, tmp_path_factory.mktemp("world"), several=LONG)
                yield replace(founded, first=world(founded))
            finally:
                worlds.close()


def addresses_of(books):
    """Reader → what it asks for. The short form leaves the organizers' and the account's pages, which aren't theirs."""
    told = [route for route in routes() if LONG or not OF_NOBODY_HERE.search(route)]
    every = sorted({address for route in told for address in books.names.addresses(route)})
    one_each = every if LONG else sorted({books.names.addresses(route)[0] for route in told})
    return {name: every if name == "own team" else one_each for name in books.readers}


def world(books, change=lambda: None, *, readers=None, only=None):
    """What can be read in a world that is changed before it is scored, and, for us alone, its scores and boards."""
    with books.worlds.another():
        change()
        work()
        asked = addresses_of(books) if only is None else dict.fromkeys(books.readers, only)
        chosen = [books.readers[name] for name in readers or READERS]
        answers = read_all(chosen, asked, follow=only is None)
        if only is None:
            answers |= acted(books)
        scores = list(Score.objects.order_by("pk").values_list("part", "value"))
        boards = [(board.entries, board.steps) for board in Board.objects.order_by("pk")]
    return answers, scores, boards


def acted(books):
    """What the own team is answered that does something, and what it reads after that."""
    own, (step, no_step, *_) = books.readers["own team"], books.names.submissions
    acts = {
        "a faulty file": (f"{API}/submissions", {"track": "detection", "phase": "main", "file": b"image_id\n1\n"}),
        "no file": (f"{API}/submissions", {"track": "detection", "phase": "main"}),
        "choose": (f"/api/v1/submissions/{step}/select", {}),
        "choose what made no step": (f"/api/v1/submissions/{no_step}/select", {}),
        "choose no more": (f"/api/v1/submissions/{no_step}/unselect", {}),
        "withdraw": (f"/api/v1/submissions/{step}/withdraw", {}),
    }
    answers = {("own team", name): act(own, address, body) for name, (address, body) in acts.items()}
    publish_ready()
    later = [f"{API}/submissions", f"{API}/boards/detection?phase=main", f"/api/v1/submissions/{no_step}"]
    return answers | {("own team, later", address): read(own, address) for address in later}


def of_part(scores, part):
    return [value for name, value in scores if name == part]


def stored(content):
    incoming = storage.Incoming()
    incoming.write(content)
    return incoming.keep()


def in_place_of_no_step(books, kept):
    """Another file in the place of the one that made no step, just as long."""
    return lambda: Submission.objects.filter(pk=books.no_step).update(file=kept.name, sha256=kept.sha256)


def test_every_address_is_asked_for_and_most_pages_of_a_team_are_there(books, record_property):
    answers, _, _ = books.first
    asked = {address for addresses in addresses_of(books).values() for address in addresses}
    pages = {address for (name, address), answer in answers.items() if name == "own team" and answer.status == 200}

    record_property("routes, addresses × readers, answered 200", (len(routes()), len(answers), len(pages)))
    assert len(routes()) > 250
    assert f"/api/v1/submissions/{books.no_step}" in asked
    assert {answer.status for answer in answers.values()} <= STATUSES
    assert [page for page in A_TEAM_READS if page.format(own=books.no_step) not in pages] == []
    assert len(answers) > (2000 if LONG else 300)


def of_readers(answers, others):
    """Of the answers those that the others are for, too."""
    readers = {name for name, _ in others}
    return {place: answer for place, answer in answers.items() if place[0] in readers}


@pytest.mark.parametrize("seeds", DEALT, ids=str)
def test_with_the_labels_of_the_private_part_dealt_out_anew_no_byte_that_a_participant_can_read_is_another(
    books, record_property, seeds
):
    tell_apart(books, record_property, dealt_out, seeds)


@pytest.mark.parametrize("seeds", DRAWN, ids=str)
def test_with_other_labels_that_make_no_other_step_no_byte_that_a_participant_can_read_is_another(
    books, record_property, seeds
):
    tell_apart(books, record_property, drawn_anew, seeds)


def tell_apart(books, record_property, change, seeds):
    private, read_in_all = {tuple(of_part(books.first[1], "private"))}, 0
    for seed in seeds:
        everybody = LONG or (change is dealt_out and seed == 0)
        answers, scores, boards = world(books, change(seed), readers=None if everybody else ["own team"])
        private.add(tuple(of_part(scores, "private")))
        read_in_all += len(answers)

        assert boards == books.first[2]
        assert differing(of_readers(books.first[0], answers), answers) == []

    record_property(f"labellings ({change.__name__}), answers compared", (len(seeds), read_in_all))
    assert len(private) == len(seeds) + 1


def test_of_a_file_that_makes_no_step_nothing_is_told_however_bad_it_is(books):
    """The file is its team's, and so are its hash and its name in the storage."""
    kept = stored(FAR_WORSE)
    answers, scores, boards = world(books, in_place_of_no_step(books, kept), readers=["own team"])
    words = [books.no_step_file, kept.name, *(sha256(content).hexdigest() for content in (BIT_WORSE, FAR_WORSE))]
    both = [
        {
            place: without(answer, words)
            for place, answer in of_readers(one, answers).items()
            if not own_file(place, books)
        }
        for one in (books.first[0], answers)
    ]

    assert boards == books.first[2]
    assert min(of_part(books.first[1], "public")) > min(of_part(scores, "public"))
    assert differing(*both) == []


def own_file(place, books):
    return place[1].startswith(f"/api/v1/submissions/{books.no_step}/file")


def without(answer, words):
    body = answer.body
    for word in words:
        body = body.replace(word.encode(), b"the file's")
    return replace(answer, body=body)


def leaking(get_response):
    """A middleware that tells, in a header of one page, how good all is on the private part."""

    def answer(request):
        response = get_response(request)
        if request.path == "/competitions/chest/submissions/":
            response["X-Took"] = f"{sum(Score.objects.filter(part='private').values_list('value', flat=True)):.3f}"
        return response

    return answer


def test_a_planted_leak_of_a_few_bytes_is_found_where_it_is(books, settings):
    """A header of one page, and a phase that by mistake shows what the private part says."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.leaking"]
    told = [f"{API}/boards/detection?phase=quiet", "/competitions/chest/submissions/"]
    silent = [f"{API}/boards/detection?phase=main", API, f"/api/v1/submissions/{books.names.submissions[0]}"]

    def seen(change=lambda: None):
        def changed():
            Phase.objects.filter(key="quiet").update(shows="private")
            change()

        return world(books, changed, readers=["own team"], only=told + silent)[0]

    differ = differing(seen(), seen(dealt_out(0)))

    assert [line.split(": ")[0] for line in differ] == [f"own team {address}" for address in sorted(told)]
