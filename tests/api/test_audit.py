"""Every act of an organizer leaves exactly one row, by whichever door it comes; a refused one leaves none."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from competition.api.scopes import MayOrganize
from competition.api.urls import urlpatterns
from competition.jobs import evaluate
from competition.models import Allowance, AuditEvent, Claim, Entrant, ErratumReport, Hint, User
from competition.operations.claim import claim
from competition.operations.disqualify import disqualify
from competition.operations.give_up import fail
from competition.operations.publish import publish
from competition.operations.report_erratum import report_erratum
from competition.operations.reveal import reveal
from competition.operations.settle import settle
from competition.operations.stage import rescore
from competition.operations.verify_audit import verify_audit
from competition.web.urls import urlpatterns as pages
from tests.factory import (
    IMAGES,
    annotations_csv,
    description,
    detections_csv,
    hand_in,
    image_labels_csv,
    make_competition,
    make_member,
    make_token,
    make_user,
    write_folder,
)

C = "competitions/<slug:slug>/"
TRUTH = {"detection": annotations_csv().encode(), "classification": image_labels_csv().encode()}
CALLS = {
    C + "truth": ("replace_truth", {**TRUTH, "confirm": "chest", "reason": "errata"}, "form"),
    C + "truth/<int:version>/confirm": ("confirm_truth", {"confirm": "chest"}, "json"),
    C + "truth/<int:version>/drop": ("drop_truth", {"confirm": "chest"}, "json"),
    C + "rescore": ("rescore", {"confirm": "chest", "reason": "new code"}, "json"),
    C + "phases/<slug:key>/publish": ("publish_phase", {}, "json"),
    C + "phases/<slug:key>/extend": ("extend_phase", {"closes_at": "2099-01-01T00:00:00Z", "reason": "outage"}, "json"),
    C + "phases/<slug:key>/results": (
        "settle_results",
        {"results": "verified", "reason": "code was run again"},
        "json",
    ),
    C + "phases/<slug:key>/appeals": ("open_appeals", {"days": 7}, "json"),
    C + "announcements": ("announce", {"title": "News", "text": "The server was down."}, "json"),
    C + "hints/<int:hint_id>/dismiss": ("dismiss_hint", {"reason": "one laboratory"}, "json"),
    C + "errata/decide": ("decide_errata", {"image_id": IMAGES[0], "outcome": "declined"}, "json"),
    C + "errata/publish": ("publish_errata", {}, "json"),
    C + "errata/<int:number>/link": ("link_errata", {"version": 1}, "json"),
    C + "rules": ("publish_rules", {"version": "1", "text": "Be fair."}, "json"),
    C + "export": ("export", None, "get"),
    C + "declarations/export": ("export_declarations", None, "get"),
    C + "deadlines": (
        "extend_deadline",
        {"deadline": "entry_until", "until": "2099-01-01T00:00:00Z", "reason": "an outage"},
        "json",
    ),
    C + "claims/decision": ("confirm_claim", {"team": "Team ada", "bracket": "prizes", "confirm": True}, "json"),
    C + "declines": (
        "decline_award",
        {"team": "Team ada", "bracket": "prizes", "declined": True, "reason": "by letter"},
        "json",
    ),
    C + "phases/<slug:key>/awards": ("announce_awards", {"track": "detection"}, "json"),
    C + "clone": ("clone", {"slug": "copy"}, "json"),
    C + "rehearsals": ("rehearse", {"slug": "trial"}, "json"),
    C + "guest-link": ("renew_guest_link", {}, "json"),
    C + "participants/decision": ("approve_entry", {"username": "ada", "approve": True}, "json"),
    C + "acceptances": ("export_acceptances", None, "get"),
    C + "allowances": (
        "allow",
        {"team": "Team ada", "phase": "main", "track": "detection", "extra": 2, "reason": "an outage"},
        "json",
    ),
    C + "allowances/<int:allowance_id>/take-back": ("take_back_allowance", {"reason": "in error"}, "json"),
    "submissions/<uuid:submission_id>/disqualify": ("disqualify", {"reason": "by hand"}, "json"),
    "submissions/<uuid:submission_id>/restore": ("restore", {"reason": "by mistake"}, "json"),
    "submissions/<uuid:submission_id>/retry": ("retry", {}, "json"),
}
"""The organizers' addresses of the API: the row that each leaves, what it is sent, and how."""
READINGS = {
    C + "errata/queue",
    C + "hints",
    C + "audit",
    C + "failures",
    C + "queue",
    C + "claims",
    C + "participants",
    C + "description",
    C + "phases/<slug:key>/checklist",
    C + "phases/<slug:key>/picks",
    C + "truth/<int:version>",
}
"""Organizers' addresses that change nothing of the competition and give nothing away."""
OF_COPIES = {C + "clock", C + "make-public", C + "delete", "rehearsal"}
"""Are of rehearsals and hidden drafts alone: their rows are counted in tests/operations (test_clock and test_clone)."""
OPENING = {C + "phases/<slug:key>/open", "open-phase"}
"""Needs a passed checklist: its row is counted in tests/operations/test_open_phase.py."""
FORMS = {
    "publish-phase": ("publish_phase", {}),
    "extend-phase": ("extend_phase", {"closes_at": "2099-01-01 00:00", "reason": "outage"}),
    "truth-version": ("confirm_truth", {"act": "confirm", "confirm": "chest"}),
    "upload-truth": (
        "replace_truth",
        {
            **{kind: SimpleUploadedFile(kind, content) for kind, content in TRUTH.items()},
            "act": "hold",
            "confirm": "chest",
            "reason": "errata",
        },
    ),
    "results": ("settle_results", {"results": "verified", "reason": "code was run again"}),
    "allowances": (
        "allow",
        {
            "team": "Team ada",
            "phase": "main",
            "track": "detection",
            "extra": 2,
            "day": "2026-01-01",
            "reason": "an outage",
        },
    ),
    "take-back": ("take_back_allowance", {"reason": "in error"}),
    "copies": ("clone", {"act": "clone", "slug": "copy", "shift_days": "365"}),
    "announce": ("announce", {"title": "News", "text": "The server was down."}),
    "dismiss-hint": ("dismiss_hint", {"reason": "one laboratory"}),
    "decide-errata": ("decide_errata", {"image_id": IMAGES[0], "outcome": "declined"}),
    "publish-errata": ("publish_errata", {}),
    "link-errata": ("link_errata", {"version": "1"}),
    "new-rules": ("publish_rules", {"version": "1", "text": "Be fair."}),
    "disqualify": ("disqualify", {"reason": "by hand"}),
    "restore": ("restore", {"reason": "by mistake"}),
    "retry": ("retry", {}),
    "organize-awards": ("announce_awards", {"phase": "past", "track": "detection"}),
    "decide-claim": ("refuse_claim", {"decision": "refuse", "reason": "one lives elsewhere"}),
    "write-down-decline": ("decline_award", {"team": "Team ada", "bracket": "prizes", "reason": "by letter"}),
    "deadlines": ("extend_deadline", {"deadline": "entry_until", "until": "2099-01-01 00:00", "reason": "an outage"}),
    "decide-entry": ("refuse_entry", {"decision": "refuse", "reason": "no affiliation"}),
}
"""The organizers' forms: the row that each leaves, and what is filled in."""
READ_ONLY = {
    "hints",
    "all-declared",
    "errata-queue",
    "queue-now",
    "description",
    "preview",
    "organize",
    "audit",
    "participants",
    "picks",
}
"""Organizers' pages that change nothing."""
PAGES_ELSEWHERE = {"disqualify", "restore", "retry"}
"""Organizers' pages that are not below `organize/`."""
OPEN_TO_ALL = {C + "announcements", C + "rules"}
"""Addresses that organizers write to and everybody reads."""


def published(submission, organizer):
    reveal(submission.team.competition.phase_of("past"), organizer=organizer)


def disqualified(submission, organizer):
    disqualify(submission, organizer=organizer, reason="by hand")


def decided(submission, organizer):
    ErratumReport.objects.update(outcome="accepted", decided_at=submission.received_at)


def answered(submission, organizer):
    batch = submission.team.competition.errata_batches.create(number=1)
    ErratumReport.objects.update(outcome="accepted", decided_at=submission.received_at, batch=batch)


def failed(submission, organizer):
    evaluation = submission.evaluations.get(ground_truth__version=1)
    evaluation.claim("worker", 30)
    fail(evaluation, "lease_expired", "The worker went away.")


def verified(submission, organizer):
    published(submission, organizer)
    phase = submission.team.competition.phase_of("past")
    publish(phase, submission.track)
    settle(phase, organizer=organizer, results="verified", reason="run again")


READY = {
    "awards": verified,
    "results": published,
    "appeals": published,
    "restore": disqualified,
    "retry": failed,
    "publish": decided,
    "answers": decided,
    "link": answered,
}
"""What must be so before an address, by its last word, can be used."""


def prepare(books, route):
    competition, submission = books
    READY.get(route.strip("/").rpartition("/")[2], lambda *_: None)(submission, competition.organizers.get())


@pytest.fixture
def books(db, tmp_path):
    past = description()["phases"][0] | {"key": "past", "opens_at": "2020-01-01", "closes_at": "2020-02-01"}
    prizes = {"key": "prizes", "title": "Prizes", "phase": "past", "track": "detection", "prizes": ["1"]}
    facts = {"entry_until": description()["phases"][0]["closes_at"], "brackets": [{**prizes, "eligibility": "Here."}]}
    competition = make_competition(tmp_path, phases=[*description()["phases"], past], **facts)
    competition.organizers.add(make_user("olga"))
    submission = hand_in(make_member(competition, "ada"), detections_csv()).submission
    held = rescore(competition, reason="to be decided on", by=None, hold=True)
    evaluate(held.evaluations.get().pk, 1)
    Entrant.objects.create(competition=competition, user=submission.author)
    claim(competition.brackets.get(), team=submission.team, user=submission.author, statement="We are.")
    Allowance.objects.create(
        team=submission.team, phase=submission.phase, track=submission.track, day="2026-01-01", extra=1, reason="why"
    )
    Hint.objects.create(
        competition=competition,
        phase=submission.phase,
        track=submission.track,
        team=submission.team,
        submission=submission,
        kind="few_values",
        pair=str(submission.team_id),
        figure=1,
    )
    report_erratum(user=submission.author, competition=competition, image_id=IMAGES[0], text="It is on the left.")
    return competition, submission


@pytest.fixture
def names(books):
    return {
        "<slug:slug>": "chest",
        "<slug:key>": "past",
        "<int:version>": "2",
        "<int:number>": "1",
        "<int:hint_id>": str(Hint.objects.get().pk),
        "<uuid:submission_id>": str(books[1].pk),
        "<int:entrant_id>": str(Entrant.objects.get().pk),
        "<int:claim_id>": str(Claim.objects.get().pk),
        "<int:allowance_id>": str(Allowance.objects.get().pk),
    }


def address_of(route, names):
    for part, value in names.items():
        route = route.replace(part, value)
    return route


def rows_of(competition):
    return list(AuditEvent.objects.filter(competition=competition).order_by("number").values_list("act", flat=True))


def send(client, address, body, how):
    if how == "get":
        answer = client.get(address)
        return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content
    if how == "form":
        files = {
            name: SimpleUploadedFile("f", value) if isinstance(value, bytes) else value for name, value in body.items()
        }
        return client.post(address, files), b""
    return client.post(address, body, content_type="application/json"), b""


def test_every_address_of_organizers_is_listed_here():
    routes = {
        str(pattern.pattern)
        for pattern in urlpatterns
        if MayOrganize in getattr(getattr(pattern.callback, "cls", None), "permission_classes", ())
    }
    forms = {pattern.name for pattern in pages if "/organize/" in str(pattern.pattern)} | PAGES_ELSEWHERE

    assert (routes | OPEN_TO_ALL) - READINGS - OPENING - OF_COPIES == set(CALLS)
    assert forms - READ_ONLY - OPENING - OF_COPIES == set(FORMS)


@pytest.mark.parametrize("route", CALLS)
def test_a_call_of_an_organizer_leaves_one_row_and_a_refused_one_none(books, names, route):
    competition, _ = books
    act, body, how = CALLS[route]
    prepare(books, route)
    address = "/api/v1/" + address_of(route, names)
    before = rows_of(competition)
    stranger = Client(headers={"Authorization": f"Bearer {make_token(make_user('eve'))}"})
    olga = Client(headers={"Authorization": f"Bearer {make_token(competition.organizers.get())}"})

    refused, _ = send(stranger, address, body, how)
    after_refusal = rows_of(competition)
    answer, _ = send(olga, address, body, how)

    assert (refused.status_code, after_refusal) == (404, before)
    assert (answer.status_code // 100, rows_of(competition)) == (2, [*before, act])
    assert AuditEvent.objects.latest("number").actor.username == "olga"
    assert verify_audit(competition) == []


@pytest.mark.parametrize("name", FORMS)
def test_a_form_of_an_organizer_leaves_one_row_and_looking_at_it_none(books, names, name):
    competition, _ = books
    act, body = FORMS[name]
    route = next(str(pattern.pattern) for pattern in pages if pattern.name == name)
    prepare(books, route)
    before = rows_of(competition)
    desk = Client()
    desk.force_login(competition.organizers.get())

    looked = desk.get("/" + address_of(route, names))
    after_looking = rows_of(competition)
    answer = desk.post("/" + address_of(route, names), body)

    assert (looked.status_code in (200, 405), after_looking) == (True, before)
    assert answer.status_code in (201, 302)
    assert rows_of(competition) == [*before, act]


def test_a_folder_that_is_applied_and_an_organizer_who_is_named_leave_a_row_each(books, tmp_path, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    competition, _ = books
    Claim.objects.all().delete()
    before = rows_of(competition)
    make_user("otto")

    folder = str(write_folder(tmp_path / "folder"))
    call_command("create_competition", folder, organizer="otto", verbosity=0)
    once = rows_of(competition)
    call_command("create_competition", folder, organizer="otto", verbosity=0)

    assert once == [*before, "amend", "name_organizers"]
    assert rows_of(competition) == once


def test_an_organizer_named_on_the_admin_page_leaves_a_row(books):
    competition, _ = books
    root, otto = make_user("root", is_superuser=True, is_staff=True), make_user("otto")
    admin = Client()
    admin.force_login(root)

    answer = admin.post(f"/admin/competition/competition/{competition.pk}/change/", {"organizers": [otto.pk]})

    event = AuditEvent.objects.latest("number")
    assert answer.status_code == 302
    assert (event.act, event.actor) == ("name_organizers", root)
    olga = User.objects.get(username="olga")
    assert event.facts == {"named": [f"person {otto.pk}"], "dismissed": [f"person {olga.pk}"]}
