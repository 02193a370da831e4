"""Cases 87 to 100: labels, and what is asked of the API. Each returns what was answered, and checks what it changed."""

import json

import httpx
import psutil

from competition import queue
from competition.models import Competition, Evaluation, GroundTruth, Score, Submission
from tests.corpus.case import Call, Verdict
from tests.corpus.server import SUBMISSIONS, Server, verdict_on
from tests.factory import annotations_csv, detections_csv, hand_in, image_labels_csv
from tests.running import horse_of, scoring_held, wait_until

ELSEWHERE = "/api/v1/competitions/elsewhere"
OTHERS = "/api/v1/submissions/{}"
LOGIN = "/accounts/login/"


def new_truth(server: Server, *, boxes: str = "", labels: str = "", dry: bool = False) -> httpx.Response:
    """A new version of the labels of the other competition, or what it would hold."""
    files = {"detection": boxes or annotations_csv(), "classification": labels or image_labels_csv()}
    words = {"confirm": "elsewhere", "reason": "errata"}
    return server.organizer.post(f"{ELSEWHERE}/truth{'?dry_run=1' * dry}", data=words, files=files)


def class_without_a_positive(server: Server) -> Verdict:
    """The organizer is told before anything is stored."""
    lines = annotations_csv().splitlines(keepends=True)
    healthy = (line.split(",")[0] + ",No finding,,,,\n" if "Nodule/Mass" in line else line for line in lines)
    answer = new_truth(server, boxes="".join(healthy), dry=True)
    line = next(row for row in answer.json()["tracks"]["detection"] if row["label"] == "Nodule/Mass")
    assert line["images"] == 0
    assert line["warnings"]
    return Verdict(answer.status_code)


def labels_without_an_image(server: Server) -> Verdict:
    """Refused with the image's name: it is the organizer's own file."""
    return verdict_on(new_truth(server, labels=image_labels_csv().rpartition("\n0")[0] + "\n"))


def boxes_without_an_image(server: Server) -> Verdict:
    """The organizer is told before anything is stored."""
    answer = new_truth(server, boxes="".join(annotations_csv().splitlines(keepends=True)[:-1]), dry=True)
    assert [(remark["code"], remark["count"]) for remark in answer.json()["remarks"]] == [("image_without_row", 1)]
    return Verdict(answer.status_code)


def labels_replaced_meanwhile(server: Server) -> Verdict:
    """A worker stands still between its claim and its result, which stays with the version it was made against."""
    sweeper = psutil.Process(server.sweeper.pid)
    before = GroundTruth.objects.filter(competition__slug="elsewhere").latest("version")
    team = Competition.objects.get(slug="elsewhere").teams.get()
    sweeper.suspend()  # it rings for looks at what was scored, while nothing waits: they would wait for the labels
    wait_until(lambda: is_idle(server), seconds=120, what="the scores of what came before")
    with scoring_held():
        mine = Evaluation.objects.filter(submission=hand_in(team.memberships.get(), detections_csv()).submission)
        sweeper.resume()
        wait_until(lambda: mine.filter(state="running").exists(), seconds=60, what="the claim")
        horse = horse_of(server.worker)
        assert horse is not None
        horse.suspend()
    try:
        answer = new_truth(server, boxes=moved_away() if before.version % 2 else annotations_csv())
        assert mine.get(ground_truth=before).state == "running"
    finally:
        horse.resume()
    wait_until(lambda: mine.count() > 1 and not mine.unfinished().exists(), seconds=60, what="both results")
    values = {made: Score.objects.get(evaluation=mine.get(ground_truth__version=made)).value for made in versions(mine)}
    perfect = before.version if before.version % 2 else before.version + 1
    assert values == {made: float(made == perfect) for made in (before.version, before.version + 1)}
    assert {one.attempt for one in mine} == {1}
    return Verdict(answer.status_code)


def is_idle(server: Server) -> bool:
    """Whether the worker has nothing to do and nothing is rung for."""
    bell = queue.bell()
    waits = Evaluation.objects.unfinished().exists() or bell.get_job_ids() or bell.intermediate_queue.get_job_ids()
    return not waits and not bell.started_job_registry.get_job_ids(cleanup=False) and horse_of(server.worker) is None


def versions(evaluations) -> list[int]:
    """The versions of the labels that they are of."""
    return list(evaluations.values_list("ground_truth__version", flat=True))


def moved_away() -> str:
    """The true boxes where no detection of the tests is."""
    header, *rows = annotations_csv().splitlines()
    cells = [row.split(",") for row in rows]
    moved = [[image, label, *(str(float(number) + 5000) for number in box if number)] for image, label, *box in cells]
    return "\n".join([header, *(",".join(row if len(row) == 6 else [*row, "", "", "", ""]) for row in moved)]) + "\n"


def score_in_the_form(server: Server) -> Verdict:
    """A client names its own score, state and team; what is scored is the file, which is worth nothing."""
    fields = {"score": "1", "state": "scored", "team": "Team bob", "late": "1", "received_at": "2000-01-01T00:00Z"}
    verdict = server.post([("file", ("a.csv", detections_csv(shift=199)))], **fields)
    newest = Submission.objects.order_by("-received_at").first()
    assert newest is not None
    assert (newest.team, newest.late) == (server.member.team, False)
    score = Score.objects.filter(evaluation__submission=newest)
    wait_until(score.exists, seconds=60, what="the score")
    assert score.get().value == 0
    return verdict


def phase_of_another(server: Server) -> Verdict:
    """The phase is there, in another competition."""
    return server.post([("file", ("a.csv", detections_csv()))], phase="theirs")


def of_another_team(method: str, act: str = "") -> Call:
    """Another team's submission, by its address."""

    def call(server: Server) -> Verdict:
        theirs = Submission.objects.exclude(team=server.member.team).order_by("received_at")[0]
        return verdict_on(server.http.request(method, OTHERS.format(theirs.pk) + act))

    return call


def in_phase(key: str) -> Call:
    """A good file for this phase."""
    return lambda server: server.post([("file", ("a.csv", detections_csv()))], phase=key)


def nested_json(server: Server) -> Verdict:
    """Ten thousand levels."""
    body = b"[" * 10_000 + b"]" * 10_000
    return verdict_on(
        server.http.post("/api/v1/competitions/chest/entry", content=body, headers={"Content-Type": "application/json"})
    )


def page_of_a_billion(server: Server) -> Verdict:
    """A page is a page, whatever is asked for."""
    mine = Submission.objects.filter(team=server.member.team)
    for _ in range(51 - mine.count()):
        hand_in(server.member, detections_csv())
    answer = server.http.get(f"{SUBMISSIONS}?page_size=1000000000&limit=1000000000&per_page=1000000000")
    assert len(answer.json()["results"]) == 50 < mine.count()
    return Verdict(answer.status_code)


def ordered_by_a_secret(query: str) -> Call:
    """The order and the filter are the server's own: the same submissions in the same order."""

    def call(server: Server) -> Verdict:
        plain, asked = server.http.get(SUBMISSIONS), server.http.get(f"{SUBMISSIONS}?{query}")
        assert [row["id"] for row in asked.json()["results"]] == [row["id"] for row in plain.json()["results"]]
        return Verdict(asked.status_code)

    return call


def format_with_a_path(server: Server) -> Verdict:
    """A form that is none."""
    return verdict_on(server.http.get("/api/v1/competitions/chest/boards/detection?format=../"))


def forged_addresses(server: Server) -> Verdict:
    """Wrong passwords for ever other names, each from a new forged address: the sender's own address is counted."""
    with httpx.Client(base_url=server.address, timeout=30) as browser:
        for attempt in range(11):
            token = browser.get(LOGIN).text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
            form = {"login": f"nobody-{attempt}", "password": "wrong", "csrfmiddlewaretoken": token}
            forged = f"203.0.113.{attempt}"
            answer = browser.post(LOGIN, data=form, headers={"X-Forwarded-For": forged, "X-Real-IP": forged})
        assert "Too many failed login attempts" in answer.text
    return Verdict(answer.status_code)


def key_with_another_file(server: Server) -> Verdict:
    """The key of an upload, sent again with other bytes."""
    headers = {"Idempotency-Key": "corpus"}
    answers = [
        server.http.post(SUBMISSIONS, data={"track": "detection"}, files={"file": content}, headers=headers)
        for content in (detections_csv(shift=3), detections_csv(shift=4))
    ]
    assert answers[0].status_code in (200, 201)
    return verdict_on(answers[1])


def other_methods(server: Server) -> Verdict:
    """No method and no header that names one gives a right that GET has not."""
    theirs = Submission.objects.exclude(team=server.member.team).order_by("received_at")[0]
    place = OTHERS.format(theirs.pk)
    statuses = {method: server.http.request(method, place).status_code for method in ("HEAD", "TRACE", "PROPFIND")}
    overridden = {"X-HTTP-Method-Override": "POST", "X-HTTP-Method": "DELETE", "X-Method-Override": "PATCH"}
    verdict = verdict_on(server.http.get(place + "?_method=DELETE", headers=overridden))
    withdrawn = server.http.get(place + "/withdraw", headers=overridden)
    options = server.http.options(place)
    assert statuses == {"HEAD": 404, "TRACE": 405, "PROPFIND": 405}
    assert options.status_code == 200
    assert "sha256" not in json.dumps(options.json())
    assert withdrawn.status_code == 405
    assert not Submission.objects.filter(withdrawn_at__isnull=False).exists()
    return verdict
