import pytest

from competition import queue
from competition.models import AuditEvent, Evaluation, Phase, Submission
from competition.operations.give_up import fail, reopen_or_give_up
from competition.operations.stage import rescore
from scoring import METRIC_VERSION
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_user
from tests.web.conftest import page_client
from tests.web.reading import Page

PAGE = "/competitions/chest/organize/"
PUBLISH = "/competitions/chest/organize/main/publish/"


@pytest.fixture
def desk(organizer):
    return page_client(organizer)


def text_of(answer):
    return answer.content.decode()


def test_a_failure_is_shown_with_team_reason_and_attempts(desk, member):
    hand_in(member, detections_csv())
    evaluation = Evaluation.objects.get()
    evaluation.claim("worker", 30)
    fail(evaluation, "lease_expired", "The worker went away <b>.")

    page = text_of(desk.get(PAGE))

    assert "Team ada" in page
    assert "lease_expired" in page
    assert "The worker went away &lt;b&gt;." in page
    assert "given back" in page
    assert Page(page).faults == []


def test_every_lost_attempt_is_shown_with_its_worker_and_why_it_ended_also_while_it_is_tried_again(desk, member):
    hand_in(member, detections_csv())
    evaluation = Evaluation.objects.get()
    for worker, why in (("desk:7", "lease_expired"), ("desk:8", "broke_off")):
        evaluation.claim(worker, 30)
        reopen_or_give_up(evaluation, why, f"{worker} went away <b>.")

    page = text_of(desk.get(PAGE))

    assert Page(page).faults == []
    assert "is tried again" in page
    assert "desk:7 went away &lt;b&gt;." in page
    for word in ("desk:7", "desk:8", "lease_expired", "broke_off", '<li value="2">'):
        assert word in page
    (told,) = desk.get("/api/v1/competitions/chest/failures").json()
    assert (told["state"], told["retry_asked"], told["refunded"]) == ("waiting", False, False)
    assert [(one["number"], one["worker"], one["failure"]) for one in told["attempts"]] == [
        (1, "desk:7", "lease_expired"),
        (2, "desk:8", "broke_off"),
    ]
    assert all(one["claimed_at"] < one["ended_at"] for one in told["attempts"])


def test_a_scoring_that_succeeds_costs_as_many_queries_as_before_attempts_were_kept(member, django_assert_num_queries):
    hand_in(member, detections_csv())
    evaluation = Evaluation.objects.get()

    with django_assert_num_queries(4):
        evaluation.claim("desk:7", 30)
        evaluation.finish()

    assert not evaluation.lost_attempts.exists()


def test_a_worker_is_told_with_its_host_its_last_pulse_and_what_it_works_at(desk, member, competition, tmp_path):
    hand_in(member, detections_csv())
    evaluation = Evaluation.objects.get()
    evaluation.claim("w1", 30)
    elsewhere = make_competition(tmp_path / "elsewhere", slug="elsewhere")
    hidden = hand_in(make_member(elsewhere, "zoe"), detections_csv()).submission.evaluations.get()
    queue.connection().flushdb()
    messages = {"w1": f"evaluation-{evaluation.pk}-1", "w2": f"evaluation-{hidden.pk}-1", "w3": ""}
    for name, message in messages.items():
        queue.pulse(name)
        queue.connection().hset(f"rq:worker:{name}", mapping={"hostname": "desk", "current_job": message})

    whole, part = text_of(desk.get(PAGE)), text_of(desk.get(f"{PAGE}queue/"))
    told = desk.get("/api/v1/competitions/chest/queue").json()
    queue.connection().flushdb()

    for page in (whole, part):
        assert "detection of Team ada, attempt 1" in page
        assert "a submission of another competition" in page
        assert "Team zoe" not in page
        assert "nothing, it waits" in page
    assert 'data-follow="/competitions/chest/organize/queue/"' in whole
    assert "Refresh</a>" in whole
    assert [(one["name"], one["host"]) for one in told["at_work"]] == [("w1", "desk"), ("w2", "desk"), ("w3", "desk")]
    assert all(0 <= one["seconds_ago"] < 10 for one in told["at_work"])
    assert (told["waiting"], told["running"]) == (1, 1)


def test_the_queue_the_counts_and_the_workers_are_told(desk, member, score_all):
    hand_in(member, detections_csv())
    score_all()
    hand_in(member, detections_csv())

    answer = desk.get(PAGE)

    counts = answer.context["counts"].get()
    assert (answer.context["queue"].waiting, answer.context["queue"].workers) == (1, 0)
    assert 0 <= answer.context["queue"].oldest_seconds < 60
    assert (counts["submissions"], counts["scored"], counts["waiting"], counts["teams"]) == (2, 1, 1, 1)
    assert "No worker has given a sign of life" in text_of(answer)


def test_a_rescore_shows_how_far_it_is(desk, member, competition, score_all):
    hand_in(member, detections_csv())
    score_all()
    rescore(competition, reason="new metric", by=None)

    page = text_of(desk.get(PAGE))

    assert "0 of 1" in page
    assert "new metric" in page
    assert ">staged</span>" in page
    assert page.count(competition.ground_truths.get(version=1).commitment) == 2


def test_numbers_of_an_older_metric_version_are_told_until_all_is_scored_again(desk, member, competition, score_all):
    competition.ground_truths.update(metric_version="1.0.0")
    hand_in(member, detections_csv())
    score_all()

    before = text_of(desk.get(PAGE))
    rescore(competition, reason="new intervals", by=None)
    score_all()
    after = text_of(desk.get(PAGE))

    assert f"The server computes with {METRIC_VERSION} now." in before
    assert "Ask for a re-score" in before
    assert "The server computes with" not in after
    assert competition.ground_truths.get(state="active").metric_version == METRIC_VERSION


def test_measured_scores_are_shown_to_organizers_where_the_phase_shows_none(desk, member, competition, score_all):
    competition.phases.update(shows="nothing")
    hand_in(member, detections_csv())
    score_all()

    assert "1.000" in text_of(desk.get(PAGE))


def test_disqualifying_needs_a_reason(desk, member):
    handed = hand_in(member, detections_csv()).submission
    address = f"/submissions/{handed.pk}/disqualify/"

    asked = desk.get(address)
    empty = desk.post(address, {"reason": "  "})
    long = desk.post(address, {"reason": "x" * 1001})
    before = Submission.objects.get().disqualified_at
    answer = desk.post(address, {"reason": "labelled by hand\0"}, follow=True)

    assert b"<textarea" in asked.content
    assert (empty.status_code, long.status_code) == (400, 400)
    assert "Give the reason" in text_of(empty)
    assert before is None
    assert Submission.objects.get().disqualification == "labelled by hand"
    assert "labelled by hand" in text_of(answer)
    assert AuditEvent.objects.filter(act="disqualify", actor__username="olga").count() == 1


def test_a_phase_is_published_once_it_is_closed(desk, competition):
    early = desk.post(PUBLISH)
    told = text_of(desk.get(PUBLISH))
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z", shows="nothing")
    asked = text_of(desk.get(PUBLISH))
    answer = desk.post(PUBLISH, follow=True)

    assert early.status_code == 409
    assert "<button>Publish it" not in told
    assert "<button>Publish it" in asked
    assert Phase.objects.get().shows == "public"
    assert "is published" in text_of(answer)
    assert desk.get("/competitions/chest/organize/none/publish/").status_code == 404


@pytest.mark.parametrize("address", ["/submissions/{id}/disqualify/", PUBLISH])
def test_without_the_token_of_the_form_nothing_is_changed(organizer, competition, member, address):
    handed = hand_in(member, detections_csv()).submission
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z", shows="nothing")
    client = page_client(organizer, enforce_csrf_checks=True)

    answer = client.post(address.format(id=handed.pk), {"reason": "x"})

    assert answer.status_code == 403
    assert not Submission.objects.get().disqualified_at
    assert Phase.objects.get().shows == "nothing"


def test_the_page_costs_the_same_queries_however_much_there_is(
    desk, member, competition, score_all, django_assert_max_num_queries, django_assert_num_queries
):
    hand_in(member, detections_csv())
    score_all()
    with django_assert_max_num_queries(27) as counted:
        desk.get(PAGE)
    for name in ("bob", "eve", "kim"):
        hand_in(make_member(competition, name), detections_csv())
    score_all()

    with django_assert_num_queries(len(counted)):
        desk.get(PAGE)


S = "/submissions/{id}/"
C = "/competitions/chest/"
LOGIN = 302
EXPECTED = {
    # nobody, outsider, other team, author, teammate, organizer elsewhere, organizer, admin
    ("get", C + "enter/"): (LOGIN, 200, 302, 302, 302, 200, 200, 200),
    ("post", C + "enter/"): (LOGIN, 400, 302, 302, 302, 400, 400, 400),
    ("get", C + "submit/"): (200, 200, 200, 200, 200, 200, 200, 200),
    ("post", C + "submit/"): (LOGIN, 403, 415, 415, 415, 403, 403, 403),
    ("get", C + "submissions/"): (LOGIN, 200, 200, 200, 200, 200, 200, 200),
    ("get", C + "organize/"): (LOGIN, 404, 404, 404, 404, 404, 200, 200),
    ("get", PUBLISH): (LOGIN, 404, 404, 404, 404, 404, 200, 200),
    ("post", PUBLISH): (LOGIN, 404, 404, 404, 404, 404, 409, 409),
    ("get", S): (LOGIN, 404, 404, 200, 200, 404, 200, 200),
    ("get", S + "state/"): (LOGIN, 404, 404, 200, 200, 404, 200, 200),
    ("get", S + "withdraw/"): (LOGIN, 404, 404, 200, 200, 404, 403, 403),
    ("post", S + "withdraw/"): (LOGIN, 404, 404, 302, 302, 404, 403, 403),
    ("post", S + "unwithdraw/"): (LOGIN, 404, 404, 302, 302, 404, 403, 403),
    ("get", S + "select/"): (405, 405, 405, 405, 405, 405, 405, 405),
    ("post", S + "select/"): (LOGIN, 404, 404, 302, 302, 404, 403, 403),
    ("post", S + "unselect/"): (LOGIN, 404, 404, 302, 302, 404, 403, 403),
    ("get", S + "restore/"): (LOGIN, 404, 404, 403, 403, 404, 200, 200),
    ("post", S + "restore/"): (LOGIN, 404, 404, 403, 403, 404, 400, 400),
    ("get", S + "retry/"): (405, 405, 405, 405, 405, 405, 405, 405),
    ("post", S + "retry/"): (LOGIN, 404, 404, 403, 403, 404, 302, 302),
    ("get", C + "organize/announce/"): (LOGIN, 404, 404, 404, 404, 404, 200, 200),
    ("post", C + "organize/announce/"): (LOGIN, 404, 404, 404, 404, 404, 400, 400),
    ("get", C + "organize/main/results/"): (LOGIN, 404, 404, 404, 404, 404, 200, 200),
    ("post", C + "organize/main/results/"): (LOGIN, 404, 404, 404, 404, 404, 409, 409),
    ("get", C + "organize/main/extend/"): (LOGIN, 404, 404, 404, 404, 404, 200, 200),
    ("post", C + "organize/main/extend/"): (LOGIN, 404, 404, 404, 404, 404, 400, 400),
    ("get", C + "organize/main/open/"): (LOGIN, 404, 404, 404, 404, 404, 200, 200),
    ("post", C + "organize/main/open/"): (LOGIN, 404, 404, 404, 404, 404, 302, 302),
    ("get", C + "organize/main/picks/"): (LOGIN, 404, 404, 404, 404, 404, 200, 200),
    ("get", S + "disqualify/"): (LOGIN, 404, 404, 403, 403, 404, 200, 200),
    ("post", S + "disqualify/"): (LOGIN, 404, 404, 403, 403, 404, 400, 400),
}


@pytest.fixture
def callers(competition, member, organizer, tmp_path):
    elsewhere, teammate = make_user("otto"), make_user("tea")
    make_competition(tmp_path / "elsewhere", slug="elsewhere").organizers.add(elsewhere)
    member.team.memberships.create(user=teammate, competition=competition)
    competition.terms.get().acceptances.create(user=teammate)
    return {
        "nobody": page_client(),
        "outsider": page_client(make_user("eve")),
        "other team": page_client(make_member(competition, "bob").user),
        "author": page_client(member.user),
        "teammate": page_client(teammate),
        "organizer elsewhere": page_client(elsewhere),
        "organizer": page_client(organizer),
        "admin": page_client(make_user("root", is_superuser=True, is_staff=True)),
    }


@pytest.mark.parametrize(("method", "address"), EXPECTED)
def test_every_page_answers_each_role_as_it_must(callers, member, method, address):
    for role, client in callers.items():
        handed = Submission.objects.first() or hand_in(member, detections_csv()).submission
        Submission.objects.update(withdrawn_at=None)
        place = address.format(id=handed.pk)

        answer = client.get(place) if method == "get" else client.post(place, "", content_type="text/plain")

        assert answer.status_code == EXPECTED[method, address][list(callers).index(role)], role
        assert answer.status_code != LOGIN or role != "nobody" or answer["Location"].startswith("/accounts/login/")
