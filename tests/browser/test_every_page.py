"""Every page, for each kind of person: usable by everybody, on a phone and at a desk, in light and in dark."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import hotp_value
from playwright.sync_api import expect

from competition.jobs import evaluate
from competition.models import Evaluation
from competition.operations.announce import announce
from competition.operations.answer_errata import decide_errata, publish_errata
from competition.operations.claim import claim
from competition.operations.clone import rehearse
from competition.operations.declare import declare
from competition.operations.disqualify import disqualify
from competition.operations.give_up import fail
from competition.operations.look_over import look_over
from competition.operations.merge import propose_merger
from competition.operations.publish_rules import publish_rules
from competition.operations.report_erratum import report_erratum
from competition.operations.stage import rescore
from competition.operations.sweep import publish_ready
from tests.browser.addresses import (
    EXCUSED,
    HERE,
    IN_VIETNAMESE,
    MEMBERS,
    ORGANIZERS,
    POST,
    PUBLIC,
    an_address,
    routes,
    unvisited,
)
from tests.browser.browsing import assert_usable, barriers, browsing, log_in, weight_of
from tests.factory import (
    IMAGES,
    PASSWORD,
    description,
    detections_csv,
    hand_in,
    make_competition,
    make_member,
    make_user,
    probabilities_csv,
)

MODEL = {
    "kind": "model",
    "name": "A net",
    "source": "https://example.org/" + "x" * 90,
    "licence": "MIT",
    "public": False,
}
PRIZES = {"track": "detection", "prizes": ["20,000 " * 5, "8,000"]}
FAIR = {
    "brackets": [
        {"key": "main", "title": "Main", **PRIZES},
        {"key": "local", "title": "Local " * 10, "eligibility": "All members live here. " * 10, **PRIZES},
    ],
    "bibtex": "@misc{chest, title = {Chest}}",
    "merge_until": "2090-01-01",
    "declarations": {"required": True},
}


@pytest.fixture
def handed_in(transactional_db, tmp_path, monkeypatch):
    monkeypatch.setattr("competition.operations.publish.SHORTEST_GAP", timedelta(0))
    reported = {"track": "detection", "name": "A paper", "score": 0.3, "labels": "14 findings", "source": "x" * 90}
    phases = [*description()["phases"], {**description()["phases"][0], "key": "next", "title": "Next", "draft": True}]
    competition = make_competition(
        tmp_path, phases=phases, reference_rows=[reported], citation="cite " * 40, embargo_until="2090-01-01", **FAIR
    )
    member, olga = make_member(competition, "ada"), make_user("olga")
    competition.organizers.add(olga)
    trial = rehearse(competition, slug="trial", by=olga)
    announce(competition, organizer=olga, title="News " * 20, text="Much *more* news.")
    scored = hand_in(member, detections_csv(shift=150), note="first " * 40).submission
    second = hand_in(member, detections_csv(shift=20), note="second " * 40).submission
    declare(scored, user=member.user, items=[MODEL])
    claim(competition.brackets.get(key="local"), team=member.team, user=member.user, statement="We live here. " * 20)
    bob = make_member(competition, "bob", team="B" * 60)
    hand_in(bob, probabilities_csv(noise=0.2), track="classification")
    disqualified = hand_in(bob, detections_csv(shift=150)).submission
    disqualify(disqualified, organizer=olga, reason="by hand " * 20)
    for evaluation in Evaluation.objects.all():
        evaluate(evaluation.pk, evaluation.attempt)
    publish_ready()
    change_rules_and_report_errata(member, olga)
    failed = hand_in(member, detections_csv(), file_name="a" * 200).submission
    evaluation = Evaluation.objects.get(submission=failed)
    evaluation.claim("worker", 30)
    fail(evaluation, "lease_expired", "The worker went away. " * 5)
    for evaluation in rescore(competition, reason="errata " * 20, by=None, hold=True).evaluations.all():
        evaluate(evaluation.pk, evaluation.attempt)
    cleo = make_member(competition, "cleo", team="C" * 60)
    merger = propose_merger(user=cleo.user, competition=competition, team=member.team.name)
    return {
        "scored": scored.pk,
        "second": second.pk,
        "failed": failed.pk,
        "disqualified": disqualified.pk,
        "merger": merger.pk,
        "invitation": trial.invitation,
    }


def change_rules_and_report_errata(member, olga):
    """Two versions of the rules to come, an error that is answered and one that waits, and hints on all files."""
    competition = member.competition
    for number, text in enumerate(("# Rules\n\nBe fair.", "# Rules\n\nBe fair and kind.\n\n" + "No sharing. " * 40), 1):
        at = datetime(2100 + number, 1, 1, tzinfo=UTC)
        publish_rules(competition, organizer=olga, version=str(number), text=text, in_force_at=at)
    for image in IMAGES[:2]:
        report_erratum(user=member.user, competition=competition, image_id=image, text="On the other side. " * 20)
    decide_errata(competition, organizer=olga, outcome="accepted", image_id=IMAGES[0])
    publish_errata(competition, organizer=olga)
    for evaluation in Evaluation.objects.all():
        look_over(evaluation.pk)


ROUND = (
    ("", "en", PUBLIC),
    ("ada", "en", MEMBERS),
    ("olga", "en", ORGANIZERS),
    ("ada", "vi", IN_VIETNAMESE),
    ("olga", "vi", (f"{HERE}organize/",)),
)


def test_every_page_can_be_used_by_everybody(server, handed_in, record_property):
    seen, found = [], []
    for person, language, addresses in ROUND:
        with browsing(server) as (page, watch):
            # Some lead nowhere on purpose.
            watch.expected |= {404}
            if person:
                log_in(page, person, PASSWORD)
            page.context.add_cookies([{"name": "language", "value": language, "url": server}])
            for address in addresses:
                page.goto(address.format(**handed_in))
                record_property(f"{person or 'visitor'}, {language}: {address}", weight_of(page))
                found += barriers(page)
                seen.append(address.format(**handed_in))

    assert not found, "\n".join(found)
    assert unvisited(seen) == set()
    record_property("pages without a violation known to axe", len(seen))


def test_an_address_that_is_excused_for_its_forms_answers_no_get(client, db):
    client.force_login(make_user("ada"))
    addresses = [an_address(route) for name, route in routes() if EXCUSED.get(name) == POST]

    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 405)


def test_an_organizer_disqualifies_with_a_reason(server, handed_in):
    with browsing(server) as (page, watch):
        watch.expected |= {400}
        log_in(page, "olga", PASSWORD)
        page.goto(f"/submissions/{handed_in['scored']}/")
        page.get_by_role("button", name="Disqualify").click()
        page.get_by_role("button", name="Disqualify it").click()
        expect(page.get_by_label("Reason")).to_have_attribute("aria-invalid", "true")
        assert_usable(page)

        page.get_by_label("Reason").fill("Made by hand.")
        page.get_by_role("button", name="Disqualify it").click()
        expect(page.get_by_text("Disqualified by the organizers")).to_contain_text("Made by hand.")


def test_a_second_factor_is_set_up_without_javascript_and_its_pages_can_be_used_by_everybody(server, handed_in):
    set_up = "/accounts/2fa/totp/activate/"
    with browsing(server, java_script_enabled=False) as (page, _):
        log_in(page, "ada", PASSWORD)
        page.goto("/account/")
        page.get_by_role("link", name="Second factor").click()
        page.get_by_role("button", name="Set it up").click()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
        secret = page.locator("code.secret").inner_text()
        page.get_by_label("Authenticator code").fill(f"{hotp_value(secret, int(time.time()) // 30):06}")
        page.get_by_role("button", name="Set it up").click()
        page.get_by_role("heading", name="Recovery codes").wait_for()
        recovery = page.locator("code.secret").all_inner_texts()
    assert len(recovery) == 10

    with browsing(server) as (page, _):
        page.goto("/accounts/login/")
        page.fill("input[name=login]", "ada")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.get_by_label("Code").wait_for()
        assert_usable(page)
        page.get_by_label("Code").fill(recovery[0])
        page.get_by_role("button", name="Log in").click()
        page.wait_for_selector("text=Log out")
        for address in ("/accounts/2fa/", "/accounts/password/change/", "/accounts/2fa/totp/deactivate/"):
            page.goto(address)
            assert_usable(page)

    with browsing(server) as (page, _):
        log_in(page, "olga", PASSWORD)
        page.goto(set_up)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_alt_text("QR code")).to_be_visible()
        assert_usable(page)
