"""The database roles: the whole server works with the least that each process needs, and with no more."""

import re

import httpx
import psycopg
import pytest
from django.core.management import call_command
from psycopg.conninfo import make_conninfo

from competition.models import Competition, Evaluation, LaunchCheck, Letter, Phase, Recount, Signature
from competition.operations.clone import clone
from tests.factory import (
    PASSWORD,
    annotations_csv,
    detections_csv,
    image_labels_csv,
    make_competition,
    make_token,
    make_user,
)
from tests.running import environment_of_tests, running, serving, wait_until
from tests.tampering import as_owner, publish_days_ago

pytestmark = pytest.mark.django_db(transaction=True)
C = "/api/v1/competitions/chest"


def as_role(role):
    """The database of the tests as another role sees it; the plugin gives all roles one password."""
    return make_conninfo(environment_of_tests()["DATABASE_URL"], user=role)


@pytest.fixture
def roles(db):
    call_command("grant_roles", verbosity=0)
    return {"web": as_role("vindr_web"), "scorer": as_role("vindr_scorer")}


def test_what_the_web_process_may_call_with_the_owners_rights_refuses_what_it_is_not_for(roles, tmp_path):
    source = make_competition(tmp_path, split={"public": 0.5, "seed": 1})
    again = clone(source, slug="again", by=None, sealed=True)

    with psycopg.connect(roles["web"], autocommit=True) as web:
        for function, names in (("delete_rehearsal(%s)", [source.pk]), ("copy_split(%s, %s)", [again.pk, source.pk])):
            with pytest.raises(psycopg.errors.RestrictViolation):
                web.execute(f"SELECT {function}", names)

    assert set(Competition.objects.all()) == {source, again}


def refused(url, statement):
    with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)
    return True


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        *(
            ("web", statement)
            for statement in (
                "SELECT box FROM competition_sealedtruth",
                "SELECT count(*) FROM competition_sealedtruth",
                "INSERT INTO competition_sealedtruth VALUES (gen_random_uuid(), '') RETURNING box",
                "DELETE FROM competition_sealedtruth",
                "UPDATE competition_sealedtruth SET box = ''",
                "SELECT * FROM competition_sealedsplit",
                "COPY competition_sealedtruth TO STDOUT",
                "UPDATE competition_evaluation SET state = 'done'",
                "UPDATE competition_evaluation SET attempt = attempt",
                "DELETE FROM competition_evaluation",
                "INSERT INTO competition_score SELECT * FROM competition_score",
                "UPDATE competition_score SET value = 1",
                "DELETE FROM competition_score",
                "UPDATE competition_launchcheck SET results = '[]'",
                "SELECT sketch FROM competition_signature",
                "INSERT INTO competition_hint SELECT * FROM competition_hint",
                "DELETE FROM competition_hint",
                "DELETE FROM competition_rulesversion",
                "DELETE FROM competition_erratumreport",
                "UPDATE competition_recount SET differences = 0",
                "INSERT INTO competition_recount SELECT * FROM competition_recount",
                "INSERT INTO competition_attempt SELECT * FROM competition_attempt",
                "DELETE FROM competition_allowance",
                "UPDATE competition_revocation SET reason = 'other'",
                "DELETE FROM competition_revocation",
                "DELETE FROM competition_retryrequest",
                "UPDATE competition_announcement SET text = ''",
                "UPDATE competition_declaration SET items = '[]'",
                "DELETE FROM competition_declaration",
                "UPDATE competition_awards SET reason = ''",
                "DELETE FROM competition_award",
                "INSERT INTO competition_board SELECT * FROM competition_board",
                "UPDATE competition_board SET entries = '[]'",
                "DELETE FROM competition_board",
                "INSERT INTO competition_pastscore SELECT * FROM competition_pastscore",
                "DELETE FROM competition_pastscore",
                "DELETE FROM competition_auditevent",
                "SELECT delete_with_dependents('competition_competition', 'true')",
                "UPDATE competition_auditevent SET reason = ''",
                "TRUNCATE competition_auditevent",
                "DELETE FROM competition_audithead",
                "UPDATE competition_letter SET state = 'sent'",
                "SELECT * FROM competition_letteraddress",
                "UPDATE competition_apitoken SET user_id = 1",
                "UPDATE competition_apitoken SET sha256 = ''",
                "UPDATE competition_apitoken SET scopes = '[]', expires_at = NULL",
                "ALTER TABLE competition_auditevent DISABLE TRIGGER ALL",
                "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
                "CREATE TABLE made (id int)",
                "ALTER TABLE competition_score ADD made int",
                "ALTER TABLE competition_board DISABLE TRIGGER ALL",
                "SET ROLE vindr_owner",
                "SELECT * FROM pg_authid",
                "SELECT pg_read_file('/etc/passwd')",
            )
        ),
        *(
            ("scorer", statement)
            for statement in (
                "SELECT * FROM competition_user",
                "SELECT delete_rehearsal(1)",
                "SELECT copy_split(1, 2)",
                "SELECT * FROM competition_apitoken",
                "SELECT * FROM django_session",
                "SELECT * FROM account_emailaddress",
                "SELECT answers FROM competition_entrant",
                "SELECT text FROM competition_erratumreport",
                "UPDATE competition_rulesversion SET text = ''",
                "DELETE FROM competition_hint",
                "DELETE FROM competition_signature",
                "SELECT statement FROM competition_claim",
                "INSERT INTO competition_award SELECT * FROM competition_award",
                "INSERT INTO competition_declaration SELECT * FROM competition_declaration",
                "DELETE FROM competition_letter",
                "INSERT INTO competition_submission SELECT * FROM competition_submission",
                "UPDATE competition_score SET value = 1",
                "DELETE FROM competition_score",
                "UPDATE competition_board SET entries = '[]'",
                "DELETE FROM competition_board",
                "UPDATE competition_pastscore SET score = 1",
                "INSERT INTO competition_launchcheck SELECT * FROM competition_launchcheck",
                "INSERT INTO competition_retryrequest SELECT * FROM competition_retryrequest",
                "INSERT INTO competition_announcement SELECT * FROM competition_announcement",
                "DELETE FROM competition_phase",
                "DELETE FROM competition_recount",
                "DELETE FROM competition_attempt",
                "UPDATE competition_attempt SET failure = 'other'",
                "INSERT INTO competition_revocation SELECT * FROM competition_revocation",
                "UPDATE competition_sealedtruth SET box = ''",
                "DELETE FROM competition_auditevent",
                "SELECT delete_with_dependents('competition_competition', 'true')",
                "UPDATE competition_auditevent SET reason = ''",
                "DELETE FROM competition_audithead",
                "CREATE TABLE made (id int)",
            )
        ),
    ],
)
def test_a_role_is_refused_what_it_has_no_business_with(roles, role, statement):
    assert refused(roles[role], statement)


def csrf_of(page):
    return page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]


def test_the_whole_server_works_under_the_roles(roles, static_files, tmp_path):
    competition = make_competition(tmp_path)
    organizer = make_user("olga")
    competition.organizers.add(organizer)
    make_user("root", is_superuser=True, is_staff=True)

    with (
        serving(DATABASE_URL=roles["web"]) as address,
        running("worker", "sweeper", DATABASE_URL=roles["scorer"], RECOUNT_HOUR="0"),
        httpx.Client(base_url=address, timeout=60, follow_redirects=True) as browser,
        httpx.Client(base_url=address, timeout=60) as api,
    ):
        form = {"username": "ada", "password1": PASSWORD, "password2": PASSWORD}
        form["csrfmiddlewaretoken"] = csrf_of(browser.get("/accounts/signup/"))
        signed_up = browser.post("/accounts/signup/", data=form, headers={"Referer": f"{address}/accounts/signup/"})
        assert signed_up.status_code == 200, signed_up.text[:500]
        assert "sessionid" in browser.cookies
        api.headers["Authorization"] = f"Bearer {token_of('ada')}"

        entered = api.post(C + "/entry", json={"team": "A", "accept_terms": "1"})
        uploads = [
            api.post(C + "/submissions", data={"track": "detection"}, files={"file": detections_csv(shift=shift)})
            for shift in (0, 5)
        ]
        assert [answer.status_code for answer in (entered, *uploads)] == [201] * 3, uploads[0].text
        first, second = (answer.headers["Location"] for answer in uploads)
        wait_until(
            lambda: {api.get(place).json()["state"] for place in (first, second)} == {"scored"},
            seconds=120,
            what="the scores",
        )
        acts = [api.post(first + "/select"), api.post(second + "/withdraw")]
        assert [answer.status_code for answer in teams_that_merge_and_leave(api, address)] == [201, 201, 200, 200, 200]
        reads = [
            api.get(first),
            api.get(first + "/file"),
            api.get(C + "/boards/detection"),
            api.get(C + "/sample?track=detection"),
        ]

        api.headers["Authorization"] = f"Bearer {token_of('olga')}"
        truth = {"detection": annotations_csv(), "classification": image_labels_csv()}
        rights = {"confirm": "chest", "reason": "errata"}
        acts += [
            api.post(second + "/disqualify", json={"reason": "by hand"}),
            api.post(C + "/truth", data=rights, files={name: text.encode() for name, text in truth.items()}),
        ]
        reads.append(api.get(C + "/export"))
        wait_until(
            lambda: competition.ground_truths.get(version=2).state == "active", seconds=120, what="the new version"
        )
        looked_over = Signature.objects.exclude(basis="")
        wait_until(lambda: looked_over.count() == 2, seconds=120, what="the looks at the files")
        acts += rescore_and_decide(api, competition, rights)
        rehearsed = a_rehearsal_from_start_to_end(api)
        acts += acts_of_phases(api, competition, first)
        figures = a_night_later(address)
        pages = [
            browser.get(page).status_code
            for page in ("/", "/competitions/chest/", "/competitions/chest/boards/detection/", "/account/")
        ]
        admin = admin_pages(address)

    assert [answer.status_code for answer in acts] == [
        200,
        200,
        200,
        201,
        202,
        202,
        200,
        202,
        200,
        202,
        200,
        201,
        202,
    ], [answer.text for answer in acts]
    assert [answer.status_code for answer in reads] == [200] * 5
    assert rehearsed == [200, 200]
    assert pages == [200] * 4
    assert set(admin.values()) == {200}, admin
    assert "recounts_failed 0.0" in figures
    assert "recount_differences 0.0" not in figures
    assert Letter.objects.filter(user=organizer, subject__contains="alarm").exists()


def a_rehearsal_from_start_to_end(api):
    """Made, entered, handed in to, its clock moved past the close, what stands frozen by the sweeper, deleted."""
    place = "/api/v1/competitions/trial"
    answers = [
        api.post(C + "/rehearsals", json={"slug": "trial"}),
        api.post(place + "/entry", json={"team": "O", "accept_terms": "1"}),
        api.post(
            place + "/submissions",
            data={"track": "detection", "phase": "main"},
            files={"file": detections_csv(shift=9)},
        ),
    ]
    assert [answer.status_code for answer in answers] == [201] * 3, [answer.text for answer in answers]
    handed_in = answers[-1].headers["Location"]
    wait_until(lambda: api.get(handed_in).json()["state"] == "scored", seconds=120, what="the rehearsal's score")
    answers = [api.post(place + "/clock", json={"seconds": 90 * 24 * 3600})]
    frozen = Phase.objects.filter(competition__slug="trial", key="main", picks_frozen_at__isnull=False)
    wait_until(frozen.exists, seconds=120, what="the rehearsal's picks")
    answers.append(api.post(place + "/delete", json={"confirm": "trial"}))
    return [answer.status_code for answer in answers]


def rescore_and_decide(api, competition, rights):
    """Score everything again, at once and held; let the held version take over, and drop the one after it."""
    acts = [api.post(C + "/rescore", json=rights)]
    wait_until(lambda: competition.ground_truths.get(version=3).state == "active", seconds=120, what="version 3")
    acts.append(api.post(C + "/rescore", json={**rights, "hold": True}))

    def complete():
        held = api.get(C + "/truth/4").json()
        return held["scored"] == held["total"] and held["rank_changes"]

    wait_until(complete, seconds=120, what="the rank changes")
    acts.append(api.post(C + "/truth/4/confirm", json={"confirm": "chest"}))
    wait_until(lambda: competition.ground_truths.get(version=4).state == "active", seconds=120, what="version 4")
    acts.append(api.post(C + "/rescore", json={**rights, "hold": True}))
    acts.append(api.post(C + "/truth/5/drop", json={"confirm": "chest"}))
    unfinished = Evaluation.objects.unfinished().filter(ground_truth__version=5)
    wait_until(lambda: not unfinished.exists(), seconds=120, what="the end of what was dropped")
    return acts


def acts_of_phases(api, competition, first):
    """A launch check, an extension, an announcement, a retry; then the phase freezes its picks and publishes itself."""
    acts = [api.post(C + "/phases/main/checklist")]
    later = {"closes_at": "2100-01-01T00:00:00Z", "reason": "the server was down"}
    acts.append(api.post(C + "/phases/main/extend", json=later))
    acts.append(api.post(C + "/announcements", json={"title": "News", "text": "A day more."}))
    evaluation = Evaluation.objects.get(submission=first.rpartition("/")[2], ground_truth__state="active")
    evaluation.scores.all().delete()
    Evaluation.objects.filter(pk=evaluation.pk).update(state="failed", failure="by_hand", counted_at=None)
    acts.append(api.post(first + "/retry"))
    wait_until(lambda: api.get(first).json()["state"] == "scored", seconds=120, what="the retry")
    wait_until(lambda: LaunchCheck.objects.get().passed, seconds=120, what="the launch check")
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z", publishes_itself=True)
    wait_until(lambda: Phase.objects.get().revealed_at, seconds=60, what="the final board")
    return acts


def a_night_later(address):
    """The figures once every board has been recounted, after somebody has tampered with the scores."""
    as_owner("competition_score", "value = value / 2")
    publish_days_ago(1)
    wait_until(lambda: Recount.objects.exists(), seconds=60, what="the begin of the recounts")
    wait_until(lambda: not Recount.objects.unfinished().exists(), seconds=120, what="the recounts")
    return httpx.get(f"{address}/metrics").text


def token_of(username):
    from competition.models import User

    return make_token(User.objects.get(username=username))


def teams_that_merge_and_leave(api, address):
    """Another person's team joins that of `api`'s person, who gets a new invitation; then the other leaves."""
    other = httpx.Client(
        base_url=address, timeout=60, headers={"Authorization": f"Bearer {make_token(make_user('bob'))}"}
    )
    with other:
        entered = other.post(C + "/entry", json={"team": "B", "accept_terms": "1"})
        proposed = api.post(C + "/team/mergers", json={"team": "B"})
        accepted = other.post(f"{C}/team/mergers/{proposed.json()['id']}/accept")
        return entered, proposed, accepted, api.post(C + "/team/invitation"), other.post(C + "/team/leave")


def admin_pages(address):
    """What the site's admin gets of each list and form, logged in through the page."""
    with httpx.Client(base_url=address, timeout=60, follow_redirects=True) as browser:
        page = browser.get("/accounts/login/")
        form = {"login": "root", "password": PASSWORD, "csrfmiddlewaretoken": csrf_of(page)}
        browser.post("/accounts/login/", data=form, headers={"Referer": f"{address}/accounts/login/"})
        statuses = {"index": browser.get("/admin/").status_code}
        for name in ("user", "competition", "evaluation", "submission", "auditevent", "team"):
            page = browser.get(f"/admin/competition/{name}/")
            first = re.search(rf"/admin/competition/{name}/[^/\"]+/change/", page.text)
            assert first, page.text[:200]
            statuses |= {name: page.status_code, first[0]: browser.get(first[0]).status_code}
        return statuses
