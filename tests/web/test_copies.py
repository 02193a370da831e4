"""The organizers' pages of copies and rehearsals, the link for guests, and what others see."""

import re
from datetime import timedelta

import pytest

from competition.models import AuditEvent, Competition
from competition.operations.clone import clone, rehearse
from competition.operations.move_clock import move_clock
from competition.web.urls import urlpatterns
from tests.factory import detections_csv, hand_in, make_member, make_token, make_user
from tests.web.conftest import page_client

ORGANIZE = "/competitions/chest-rehearsal/organize/rehearsal/"


@pytest.fixture
def olga(competition):
    olga = make_user("olga")
    competition.organizers.add(olga)
    return olga


@pytest.fixture
def desk(olga):
    return page_client(olga)


@pytest.fixture
def trial(competition, olga):
    return rehearse(competition, slug="chest-rehearsal", by=olga)


def acts_of(competition):
    return list(AuditEvent.objects.filter(competition=competition).order_by("number").values_list("act", flat=True))


def field(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())[1]


def test_an_organizer_makes_a_clone_and_a_rehearsal_on_a_page_and_saves_the_description(competition, desk):
    address = "/competitions/chest/organize/copies/"
    form = {"slug": "chest-2027", "title": "Chest 2027", "shift_days": "365", "sealed": "on"}

    looked = desk.get(address)
    cloned = desk.post(address, {"act": "clone", **form})
    again = desk.post(address, {"act": "clone", **form})
    rehearsed = desk.post(address, {"act": "rehearse", "slug": "chest-rehearsal", "sealed": "on"})
    faulty = desk.post(address, {"act": "rehearse", "slug": "not a slug"})
    saved = desk.get("/competitions/chest/organize/description/")

    assert (looked.status_code, cloned.status_code, rehearsed.status_code) == (200, 302, 302)
    assert (again.status_code, faulty.status_code) == (409, 400)
    assert b"already" in again.content
    assert rehearsed["Location"] == ORGANIZE
    assert saved.content.startswith(b"# Hidden, so not in this folder")
    assert set(Competition.objects.get(slug="chest").copies.values_list("slug", "rehearsal")) == {
        ("chest-2027", False),
        ("chest-rehearsal", True),
    }
    page = desk.get(address).content.decode()
    assert ">chest-2027<" in page
    assert ">rehearsal<" in page


def test_nobody_else_knows_of_a_hidden_competition_on_any_page_or_in_the_api(competition, trial, olga):
    stranger, guest = page_client(make_user("eve")), make_user("gus")
    trial.guests.add(guest)
    pages = ["", "data/", "rules/", "boards/detection/", "submit/", "enter/", "team/", "submissions/", "organize/"]
    calls = ["", "/manifest", "/sample?track=detection", "/boards/detection", "/announcements"]

    for client in (page_client(), stranger):
        for part in pages:
            assert client.get(f"/competitions/chest-rehearsal/{part}").status_code in (404, 302)
        for part in calls:
            assert client.get(f"/api/v1/competitions/chest-rehearsal{part}").status_code == 404
        assert b"chest-rehearsal" not in client.get("/").content
        assert b"chest-rehearsal" not in client.get("/api/v1/competitions").content
    for part in pages[:-1]:
        assert page_client(guest).get(f"/competitions/chest-rehearsal/{part}").status_code != 404
    bearer = {"Authorization": f"Bearer {make_token(guest)}"}
    told = page_client().get("/api/v1/competitions/chest-rehearsal", headers=bearer).json()
    board = page_client().get("/api/v1/competitions/chest-rehearsal/boards/detection", headers=bearer)
    assert (told["hidden"], told["rehearsal"]) == (True, True)
    assert "private" in board["Cache-Control"]
    for part in ("", "rules/", "boards/detection/", "submit/"):
        assert b"This is a rehearsal" in page_client(olga).get(f"/competitions/chest-rehearsal/{part}").content
        assert b"This is a rehearsal" not in page_client(olga).get(f"/competitions/chest/{part}").content


def test_the_clock_is_moved_by_a_button_once_and_every_page_tells_the_time(trial, desk):
    page = desk.get(ORGANIZE)
    to = field(page, "to")
    form = {"act": "move", "to": to, "seen": field(page, "seen")}

    moved, twice = desk.post(ORGANIZE, form), desk.post(ORGANIZE, form)
    back = desk.post(ORGANIZE, {"act": "move", "to": "2020-01-01T00:00"})
    nonsense = desk.post(ORGANIZE, {"act": "move", "to": "yesterday"})

    assert [answer.status_code for answer in (moved, twice, back, nonsense)] == [302, 409, 400, 400]
    assert b"only goes forward" in back.content
    assert acts_of(trial) == ["found", "move_clock"]
    assert to.replace("T", " ").encode() in desk.get("/competitions/chest-rehearsal/").content
    bearer = {"Authorization": f"Bearer {make_token(trial.organizers.get())}"}
    call = {"content_type": "application/json", "headers": bearer}
    answer = desk.post("/api/v1/competitions/chest-rehearsal/clock", {"seconds": 3600}, **call)
    assert answer.status_code == 200
    assert desk.get("/api/v1/competitions/chest-rehearsal", headers=bearer).json()["now"] >= answer.json()["now"]


def test_a_link_makes_a_guest_and_a_new_link_ends_the_old_one(trial, desk):
    gus = page_client(make_user("gus"))
    old = f"/competitions/chest-rehearsal/invited/{trial.invitation}/"

    shown, came = gus.get(old), gus.post(old)
    desk.post(ORGANIZE, {"act": "renew"})
    too_late = page_client(make_user("eve")).get(old)

    assert b"You are invited" in shown.content
    assert came["Location"] == "/competitions/chest-rehearsal/"
    assert gus.get("/competitions/chest-rehearsal/").status_code == 200
    assert too_late.status_code == 404
    assert acts_of(trial)[-1] == "renew_guest_link"
    new = Competition.objects.get(pk=trial.pk).invitation
    bearer = {"Authorization": f"Bearer {make_token(make_user('ann'))}"}
    call = {"content_type": "application/json", "headers": bearer}
    answer = desk.post("/api/v1/competitions/chest-rehearsal/guests", {"invitation": new}, **call)
    assert answer.json() == {"competition": "chest-rehearsal", "title": trial.title}


def test_organizers_see_what_the_public_and_a_participant_see_and_others_see_no_preview(trial, desk):
    ada = make_member(trial, "ada")
    hand_in(ada, detections_csv(), note="mine")
    address = "/competitions/chest-rehearsal/organize/preview/"

    public = {page: desk.get(f"{address}public/{page}/") for page in ("about", "data", "rules", "detection", "submit")}
    own = {page: desk.get(f"{address}participant/{page}/") for page in ("about", "submit", "submissions", "detection")}

    assert {answer.status_code for answer in (*public.values(), *own.values())} == {200}
    assert all(b"This is what everybody sees" in answer.content for answer in public.values())
    assert b"Log in to upload" in public["submit"].content
    assert b"Organize</a>" not in public["about"].content
    assert b"Team ada" in own["submissions"].content
    assert all("no-store" in answer["Cache-Control"] for answer in own.values())
    for missing in ("public/nothing", "somebody/about", "public/submissions"):
        assert desk.get(f"{address}{missing}/").status_code in (302, 404)
    assert desk.post(f"{address}participant/submit/").status_code == 405
    assert page_client(ada.user).get(f"{address}public/about/").status_code == 404
    assert desk.get("/competitions/chest/organize/preview/public/about/").status_code == 404


def test_a_rehearsal_is_deleted_once_its_slug_is_typed_and_a_draft_becomes_public(competition, trial, desk, olga):
    draft = clone(competition, slug="chest-next", by=olga, sealed=True, shift=timedelta(days=365))
    move_clock(trial, organizer=olga, by=timedelta(days=1))

    refused = desk.post(ORGANIZE, {"act": "delete", "confirm": "chest"})
    deleted = desk.post(ORGANIZE, {"act": "delete", "confirm": "chest-rehearsal"})
    shown = desk.post("/competitions/chest-next/organize/rehearsal/", {"act": "publish"})

    assert (refused.status_code, deleted.status_code, shown.status_code) == (409, 302, 302)
    assert desk.get(ORGANIZE).status_code == 404
    assert acts_of(competition)[-1] == "delete_rehearsal"
    assert page_client().get("/competitions/chest-next/").status_code == 200
    assert acts_of(draft)[-1] == "make_public"
    assert desk.get("/competitions/chest-next/organize/rehearsal/").status_code == 404
    assert desk.get("/competitions/chest/organize/rehearsal/").status_code == 404


def test_every_page_of_a_draft_without_labels_works(competition, desk, olga):
    clone(competition, slug="bare", by=olga)
    names = {"slug": "bare", "track": "detection", "key": "main", "who": "public", "page": "about"}
    of_a_draft = [
        str(pattern.pattern)
        for pattern in urlpatterns
        if "<slug:slug>" in str(pattern.pattern) and not re.search("<int|<uuid|invited", str(pattern.pattern))
    ]

    for route in of_a_draft:
        address = "/" + re.sub(r"<slug:(\w+)>", lambda part: names[part[1]], route)
        for_all_alike = address.endswith(("/news/", "/embed/", "/badge.svg"))
        assert desk.get(address).status_code in ((404,) if for_all_alike else (200, 302, 405)), address
    refused = desk.post("/competitions/bare/organize/rehearsal/", {"act": "publish"})
    assert refused.status_code == 409
    assert b"No labels have been loaded" in refused.content
