"""Every page that the public and participants reach, in English and in Vietnamese: nothing of ours stays English."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import BytesIO
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve

from competition.clock import database_now
from competition.models import Phase
from competition.operations.announce import announce
from competition.operations.answer_errata import decide_errata, publish_errata
from competition.operations.claim import claim
from competition.operations.declare import declare
from competition.operations.disqualify import disqualify
from competition.operations.folder import read_folder
from competition.operations.found import found
from competition.operations.publish_rules import publish_rules
from competition.operations.report_erratum import report_erratum
from competition.operations.withdraw import withdraw
from tests.factory import (
    GLOBAL,
    IMAGES,
    LOCAL,
    description,
    detections_csv,
    hand_in,
    make_member,
    make_user,
    probabilities_csv,
    write_folder,
)
from tests.web.conftest import page_client
from tests.web.reading import Page
from tests.words.plain import ALIKE, WORD, Spoken, is_only_in_one_language

VIETNAMESE = {"Accept-Language": "vi"}
ALIKE_PAGES = 2
"""So many pages of one view are read; more would say the same."""
FOR_PROGRAMS = re.compile(r"/api/|/static/|/admin/|.*(format=zip|/export/)")
GIVEN = "Quid pro quo"
"""What people wrote, in the tests' own Latin: it is shown as it is in every language."""
OURS = frozenset(
    WORD.findall(f"{GIVEN} {LOCAL} {GLOBAL} Chest Main chest main Quo quid ada bob eve olga csv testserver http mono")
)
DIGEST = re.compile(r"[0-9a-f-]{32,}")
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|was|were|you|your|with|this|that|has|have|had|been|not|its)\b", re.IGNORECASE
)
LONG_WORD = re.compile(r"\b[A-Za-z]{4,}\b")
KEPT = frozenset(("precision", "recall", "Email", "email", "byte", "numpy", "curl", "Kaggle"))
"""Words of the trade and names of programs, which Vietnamese says alike."""
QUOTED = re.compile(r"“[^”]*”|{\w+}|^\w+: ")
ITEM = {"kind": "model", "name": GIVEN, "source": GIVEN, "licence": GIVEN, "public": False}
PRIZE = {"key": "main", "title": GIVEN, "phase": "main", "eligibility": GIVEN, "track": "detection", "prizes": [GIVEN]}


@pytest.fixture
def people(db, tmp_path, settings, score_all):
    """A competition in which everything has happened that participants can see."""
    reference = {"track": "detection", "name": GIVEN, "score": 0.3, "labels": GIVEN, "source": GIVEN}
    main = description()["phases"][0]
    held = {**main, "key": "held", "title": "Quid", "detail": "composite", "daily_limit": 2}
    folder = write_folder(
        tmp_path / "folder",
        phases=[main, held],
        brackets=[PRIZE],
        reference_rows=[reference],
        citation=GIVEN,
        bibtex="@misc{quid, title = {Quid pro quo}}",
        embargo_until="2090-01-01",
        entry_until=datetime.now(UTC) + timedelta(days=9),
        merge_until=datetime.now(UTC) + timedelta(days=9),
        external_data_until=datetime.now(UTC) + timedelta(days=9),
        declarations={"required": True},
        split={"public": 0.5, "seed": 1},
    )
    (folder / "terms.md").write_text(GIVEN)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    competition = found(read_folder(folder))
    ada, bob, olga = make_member(competition, "ada", GIVEN), make_member(competition, "bob", "Quo"), make_user("olga")
    competition.organizers.add(olga)
    announce(competition, organizer=olga, title=GIVEN, text=GIVEN)
    first = hand_in(ada, detections_csv(shift=40), note=GIVEN, phase="main").submission
    hand_in(ada, probabilities_csv(noise=0.3), track="classification", phase="main")
    withdraw(hand_in(ada, detections_csv(shift=90), phase="main").submission)
    hand_in(bob, detections_csv(shift=60), phase="main")
    disqualify(hand_in(bob, detections_csv(shift=20), phase="main").submission, organizer=olga, reason=GIVEN)
    for shift in (50, 51):
        hand_in(ada, detections_csv(shift=shift), phase="held")
    declare(first, user=ada.user, items=[ITEM])
    claim(competition.brackets.get(), team=ada.team, user=ada.user, statement=GIVEN)
    score_all()
    Phase.objects.filter(key="held").update(closes_at=database_now())
    hand_in(ada, detections_csv(shift=10), phase="main")
    for number in (1, 2):
        at = datetime(2100 + number, 1, 1, tzinfo=UTC)
        publish_rules(competition, organizer=olga, version=str(number), text=f"{GIVEN}. " * number, in_force_at=at)
    for image in IMAGES[:2]:
        report_erratum(user=ada.user, competition=competition, image_id=image, text=GIVEN)
    decide_errata(competition, organizer=olga, outcome="accepted", image_id=IMAGES[0])
    publish_errata(competition, organizer=olga)
    return {
        "nobody": page_client(),
        "ada": page_client(ada.user),
        "eve": page_client(make_user("eve")),
        "olga": page_client(olga),
    }


UPLOAD = {"track": "detection", "phase": "main"}
STARTS = {
    "nobody": ("/", "/accounts/signup/", "/accounts/password/reset/", "/nothing-here/"),
    "eve": ("/competitions/chest/enter/", "/account/data/"),
    "olga": ("/competitions/chest/organize/",),
    "ada": (
        "/competitions/chest/",
        "/competitions/chest/team/brackets/",
        "/accounts/logout/",
        "/accounts/email/",
        "/accounts/reauthenticate/",
        "/accounts/2fa/",
    ),
}
FORMS = {
    "nobody": (
        ("/accounts/login/", {"login": "nobody", "password": "wrong"}),
        ("/accounts/signup/", {"username": "ada", "password1": "short", "password2": "other"}),
    ),
    "eve": (
        ("/competitions/chest/enter/", {"way": "found", "team": ""}),
        ("/competitions/chest/enter/", {"way": "join", "accept_terms": "1", "invitation": "none"}),
        ("/account/delete/", {"password": "wrong", "confirm": "bob"}),
    ),
    "olga": (("/competitions/chest/organize/announce/", {"title": "", "text": ""}),),
    "ada": (
        ("/account/tokens/", {"name": "", "days": "1000"}),
        ("/account/tokens/", {"name": "quid", "days": "1", "scopes": ["read"]}),
        ("/accounts/password/change/", {"oldpassword": "wrong", "password1": "a", "password2": "b"}),
        ("/competitions/chest/team/mergers/", {"team": "Nemo"}),
        ("/competitions/chest/team/mergers/", {"team": GIVEN}),
        ("/competitions/chest/errata/report/", {"image_id": "x", "text": ""}),
        ("/competitions/chest/submit/", {"track": "detection", "phase": "main", "file": b"image_id,class_name\nx,y\n"}),
        (
            "/competitions/chest/submit/",
            {"track": "detection", "phase": "main", "file": detections_csv().replace(b"0.9", b"1.9", 3)},
        ),
    ),
}


def said_on(answer):
    return Spoken(answer.content.decode()).said


def pages_from(client, starts):
    """What is said in Vietnamese on every page that links lead to, as many of each view as tell something new."""
    said, waiting, seen = {}, list(starts), Counter()
    while waiting:
        path = waiting.pop(0)
        view = view_of(path)
        if path in said or seen[view] >= ALIKE_PAGES or FOR_PROGRAMS.match(path):
            continue
        answer = client.get(path, headers=VIETNAMESE)
        if answer.status_code in (301, 302):
            waiting.append(urljoin(path, answer["Location"]))
        if answer.status_code not in (200, 404) or not answer["Content-Type"].startswith("text/html"):
            continue
        seen[view] += 1
        said[path] = said_on(answer)
        links = (urlsplit(urljoin(path, link)) for link in Page(answer.content.decode()).links)
        waiting += [f"{link.path}?{link.query}" if link.query else link.path for link in links if not link.netloc]
    return said


def view_of(path):
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return "none"
    return match.view_name, match.kwargs.get("track")


def answers_to(client, forms, headers):
    """The pages that answer forms which are refused or which show something once."""
    for path, words in forms:
        words = {name: BytesIO(value) if isinstance(value, bytes) else value for name, value in words.items()}
        answer = client.post(path, words, headers=headers)
        yield f"POST {path} {sorted(words)}", said_on(answer)


def english_in(said, english):
    """What is said alike in both languages, and what has words of the English page in its Vietnamese."""
    alike = {text for text in set(said) & set(english) if is_only_in_one_language(DIGEST.sub("", text), OURS)}
    words = {word for text in english for word in LONG_WORD.findall(text)} - OURS - ALIKE - KEPT
    plain = {text: QUOTED.sub("", DIGEST.sub("", text)) for text in said}
    return alike | {text for text in said if ENGLISH.search(text) or words & set(LONG_WORD.findall(plain[text]))}


def test_nothing_of_ours_is_said_in_english_on_a_vietnamese_page(people, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    stayed = {}
    for who, client in people.items():
        vietnamese = pages_from(client, STARTS[who])
        english = {path: said_on(client.get(path)) for path in vietnamese}
        vietnamese |= dict(answers_to(client, FORMS[who], VIETNAMESE))
        english |= dict(answers_to(client, FORMS[who], {}))
        for path, said in vietnamese.items():
            stayed |= dict.fromkeys(english_in(said, english[path]), path)
        assert len(vietnamese) > 15

    assert not stayed, "\n".join(f"{text}   ({path})" for text, path in sorted(stayed.items()))
