"""In which language the server speaks: to a reader in the chosen one, to a program always in English."""

import re
from io import BytesIO

from django.template import Context, Template
from django.test import Client
from django.utils import translation

from competition.models import Competition
from tests.factory import detections_csv, hand_in, make_token
from tests.web.conftest import page_client
from tests.web.test_forgery import ELSEWHERE, leads_away

VIETNAMESE = {"Accept-Language": "vi-VN,vi;q=0.9,en;q=0.5"}
INSTANT = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.]+Z")
OWN = {"Origin": "http://testserver"}
PUBLIC = (
    "/",
    "/competitions/chest/",
    "/competitions/chest/boards/detection/",
    "/competitions/chest/rules/",
    "/nothing/",
)


def test_a_page_speaks_the_chosen_language_else_what_the_browser_asks_for_else_english(competition):
    chosen = page_client()

    for path in PUBLIC:
        for client, headers, language in (
            (page_client(), {}, "en"),
            (page_client(), {"Accept-Language": "fr"}, "en"),
            (page_client(), VIETNAMESE, "vi"),
        ):
            answer = client.get(path, headers=headers)
            assert f'<html lang="{language}">' in answer.content.decode()
            assert answer["Content-Language"] == language
            assert {"Accept-Language", "Cookie"} <= {name.strip() for name in answer["Vary"].split(",")}
            assert not answer.cookies, "a page that is only read sets no cookie"
    answer = chosen.post("/language/", {"language": "en", "next": "/competitions/chest/?a=b"}, headers=OWN)
    assert answer["Location"] == "/competitions/chest/?a=b"
    assert answer.cookies["language"]["httponly"]
    assert answer.cookies["language"]["samesite"] == "Lax"
    assert '<html lang="en">' in chosen.get("/", headers=VIETNAMESE).content.decode()


def test_the_language_is_chosen_by_the_pages_own_form_alone(competition):
    visitor = Client(enforce_csrf_checks=True)
    elsewhere = {"Origin": "https://evil.example"}

    assert visitor.post("/language/", {"language": "vi"}).status_code == 403
    assert visitor.post("/language/", {"language": "vi"}, headers=elsewhere).status_code == 403
    assert visitor.get("/language/").status_code == 405
    assert not visitor.cookies
    assert "language" not in visitor.post("/language/", {"language": "xx"}, headers=OWN).cookies
    for target in ELSEWHERE:
        answer = visitor.post("/language/", {"language": "vi", "next": target}, headers=OWN)
        assert not leads_away(answer["Location"]), target
    assert '<html lang="vi">' in visitor.get("/").content.decode()


def test_after_a_refused_form_the_choice_leads_to_the_page_above(member, browser):
    shown = browser.get("/competitions/chest/team/?a=1").content.decode()
    refused = browser.post("/competitions/chest/team/mergers/", {"team": "Nobody"}).content.decode()

    assert 'name="next" value="/competitions/chest/team/?a=1"' in shown
    assert 'name="next" value="/competitions/chest/team/"' in refused


def test_the_board_that_readers_share_has_an_etag_for_each_language(competition, member, score_all):
    hand_in(member, detections_csv())
    score_all()
    board = "/competitions/chest/boards/detection/"
    english, vietnamese = page_client().get(board), page_client().get(board, headers=VIETNAMESE)

    assert english["ETag"] != vietnamese["ETag"]
    again = page_client().get(board, headers=VIETNAMESE | {"If-None-Match": english["ETag"]})
    assert again.status_code == 200
    again = page_client().get(board, headers=VIETNAMESE | {"If-None-Match": vietnamese["ETag"]})
    assert again.status_code == 304
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in again["Vary"].split(",")}


CALLS = (
    ("get", "competitions"),
    ("get", "competitions/chest"),
    ("get", "competitions/chest/boards/detection"),
    ("get", "competitions/chest/submissions"),
    ("get", "competitions/none"),
    ("get", "schema"),
    ("get", "nothing"),
    ("post", "competitions"),
    ("post", "competitions/chest/entry"),
    ("post", "competitions/chest/submissions"),
)


def test_a_program_is_answered_with_the_same_bytes_whatever_language_it_asks_for(competition, member):
    secret = make_token(member.user)
    for method, path in CALLS:
        answers = []
        for language in ("en", "vi"):
            client = Client()
            client.cookies["language"] = language
            headers = {"Authorization": f"Bearer {secret}", "Accept-Language": language}
            answers.append(getattr(client, method)(f"/api/v1/{path}", headers=headers))

        english, vietnamese = answers
        assert english.status_code == vietnamese.status_code
        assert INSTANT.sub(b"", english.content) == INSTANT.sub(b"", vietnamese.content), path
        assert "Accept-Language" not in vietnamese.get("Vary", "")


def test_a_faulty_file_is_explained_to_programs_in_english(competition, member):
    headers = {"Authorization": f"Bearer {make_token(member.user)}", "Accept-Language": "vi"}
    file = BytesIO(detections_csv().replace(b"0.9", b"1.9", 1))

    answer = page_client().post(
        "/api/v1/competitions/chest/submissions", {"track": "detection", "file": file}, headers=headers
    )

    assert answer.status_code == 422
    assert answer.json()["problems"][0]["detail"].isascii()


def test_numbers_are_written_alike_in_every_language():
    page = Template("{% load humanize l10n %}{{ x }} {{ x|floatformat:2 }} {{ n|intcomma }} {{ n }} {{ x|score }}")

    written = {}
    for language in ("en", "vi"):
        with translation.override(language):
            written[language] = page.render(Context({"x": 0.125, "n": 18000}))

    assert written["vi"] == written["en"] == "0.125 0.13 18,000 18000 0.125"


def test_a_label_keeps_its_name_and_has_a_term_beside_it_that_nobody_has_checked_yet(competition):
    Competition.objects.update(rules="vindr-cxr")

    english = page_client().get("/competitions/chest/labels/").content.decode()
    vietnamese = page_client().get("/competitions/chest/labels/", headers=VIETNAMESE).content.decode()
    assert "Bóng tim to" not in english
    for name, term in (("Cardiomegaly", "Bóng tim to"), ("Pneumonia", "Viêm phổi")):
        assert f'<span translate="no">{name}</span> <span class="quiet">{term}</span>' in vietnamese
    assert "chưa được bác sĩ chẩn đoán hình ảnh kiểm tra" in vietnamese
    assert "Bóng tim to, chỉ số tim ngực trên 0.5" in vietnamese
