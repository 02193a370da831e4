"""How a command ends: each exit code once, as a sentence and as JSON, and lost answers that count once."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from competition.environment import REPOSITORY
from competition.models import Evaluation, Phase, Submission
from tests.client.test_circumstances import ID
from tests.client.wires import LosingProxy, answering
from tests.factory import detections_csv, hand_in
from vindr_bench import exits

pytestmark = pytest.mark.django_db(transaction=True)
FAULTY = detections_csv().replace(b",0.9,", b",1.5,", 2).replace(b"No finding,,,,,", b"Nothing,,,,,", 1)


@pytest.fixture
def mine(ada):
    """A good file in the folder that commands run in."""
    with open("mine.csv", "wb") as file:
        file.write(detections_csv())


def submit(run, *options):
    return run("submit", "chest", "-f", "mine.csv", *options)


def test_a_lost_answer_is_asked_for_again_and_one_submission_is_made(server, run, mine, in_no_time, monkeypatch):
    proxy = LosingProxy(server, lost=2)
    monkeypatch.setenv("VINDR_BENCH_HOST", proxy.address)
    try:
        sent = submit(run, "--json", "--no-validate")
        repeated = submit(run, "--json")
        again = submit(run, "--again", "-q")
    finally:
        proxy.close()

    assert (sent.code, sent.json["created"], proxy.uploads) == (0, False, 5)
    assert sent.err.count("can't be reached: the connection broke off. ") == 2
    assert "This very file had arrived before" in sent.err
    assert repeated.json["id"] == sent.json["id"]
    assert Submission.objects.count() == 2
    assert again.out.strip() not in ("", sent.json["id"])
    assert all(0.3 < pause < 1.5 for pause in in_no_time)


def test_where_every_answer_is_lost_the_same_command_finds_what_it_has_made(server, run, mine, in_no_time, monkeypatch):
    proxy = LosingProxy(server, lost=99)
    monkeypatch.setenv("VINDR_BENCH_HOST", proxy.address)
    lost = submit(run, "--again", "--json")
    proxy.left = 0
    found = submit(run, "--key", lost.json["key"], "--json")
    proxy.close()

    assert (lost.code, lost.json["code"]) == (exits.UNAVAILABLE, "unreachable")
    assert f"Run the same command again with --key {lost.json['key']}." in lost.err
    assert 30 < sum(in_no_time) < 60
    assert (found.code, found.json["created"]) == (0, False)
    assert Submission.objects.count() == 1


def test_a_faulty_file_is_judged_as_the_api_judges_it_and_costs_nothing(run, ada, tmp_path):
    with open("mine.csv", "wb") as file:
        file.write(FAULTY)

    here = submit(run, "--json")
    there = submit(run, "--no-validate", "--json")
    told = submit(run)
    offline = run("validate", "mine.csv", "--offline", "-c", "chest", "--json")

    assert (here.code, there.code, offline.code) == (3, 3, 3)
    assert here.json["problems"] == there.json["problems"] == offline.json["problems"]
    assert (here.json["total"], here.json["code"]) == (there.json["total"], "faulty_file")
    assert "mine.csv is not in order, 8 faults:" in told.err
    assert "    line 2, score: '1.5' " in told.err
    assert not Submission.objects.exists()


def test_a_spent_quota_and_a_closed_phase_are_five(run, mine, member):
    Phase.objects.update(daily_limit=1)
    hand_in(member, detections_csv(shift=1))
    spent = submit(run, "--json")
    Phase.objects.update(closes_at=Now())
    closed = submit(run)

    assert (spent.code, spent.json["code"], spent.json["quota"]["used"]) == (exits.LIMIT, "quota_spent", 1)
    assert 0 < spent.json["retry_after"] <= 86401
    assert closed.code == exits.LIMIT
    assert "No phase is open now" in closed.err


def test_new_terms_a_wrong_token_and_none_are_four(run, mine, competition, monkeypatch):
    competition.terms.create(version="2", text="new", sha256="0" * 64)
    outdated = submit(run, "--json")
    accepted = run("rules", "chest", "--accept")
    taken = submit(run, "-q")
    wrong = run("whoami", "--token", "vdb_an-unknown-token", "--json")
    monkeypatch.delenv("VINDR_BENCH_TOKEN")
    nobody = run("whoami")

    assert (outdated.code, outdated.json["code"]) == (exits.NOT_ALLOWED, "terms_not_accepted")
    assert (accepted.out, taken.code) == ("terms of chest, version 2: accepted\n", 0)
    assert (wrong.code, wrong.json["status"], nobody.code) == (exits.NOT_ALLOWED, 401, exits.NOT_ALLOWED)
    assert nobody.err.startswith("This needs an account: run `vindr-bench login")


def test_a_submission_that_can_not_be_scored_is_six(run, mine, member):
    made = hand_in(member, detections_csv()).submission
    Evaluation.objects.filter(submission=made).update(state="failed", failure="crash", failure_detail="It broke.")

    waited = run("submission", str(made.pk), "--wait", "--json")
    looked = run("submission", str(made.pk))

    assert (waited.code, waited.json["code"], waited.json["id"]) == (exits.FAILED, "scoring_failed", str(made.pk))
    assert looked.code == exits.FAILED
    assert "The upload was given back" in looked.out


def test_waiting_ends_in_time_or_by_the_person_and_the_submission_goes_on(run, mine, server, tmp_path):
    late = submit(run, "--wait", "0.2", "--json")
    command = [sys.executable, "-m", "vindr_bench", "submission", late.json["id"], "--wait"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    waiting = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path)
    first_line = waiting.stderr.readline()
    waiting.send_signal(signal.SIGINT)
    _, told = waiting.communicate(timeout=20)

    assert (late.code, late.json["code"]) == (exits.TIMED_OUT, "wait_timed_out")
    assert first_line.startswith("accepted, place 1 in the queue")
    assert waiting.returncode == exits.INTERRUPTED
    assert f"The submission goes on without you: vindr-bench submission {late.json['id']} --wait" in told
    assert "Traceback" not in told
    assert Evaluation.objects.get().state == "waiting"


@pytest.mark.parametrize(
    "arguments",
    [
        ("submit",),
        ("boards",),
        ("board", "chest", "--top", "none"),
        ("board", "nothing-of-this-name", "-t", "detection"),
        ("board", "chest"),
        ("submission", "1"),
        ("validate", "missing.csv", "chest"),
        ("sample", "chest", "-t", "detection"),
        ("score", "missing.csv", "--truth", "missing.csv"),
        ("compare", "1", "2"),
    ],
)
def test_a_command_that_was_given_wrongly_is_two_and_its_error_is_json(run, ada, arguments):
    refused = run(*arguments, "--json")

    assert refused.code == exits.USAGE
    assert set(refused.json) >= {"code", "detail", "problems"}


@pytest.mark.parametrize("code", ["same_submission", "other_competition", "other_track", "other_phase", "not_scored"])
def test_two_submissions_that_are_not_alike_can_not_be_asked_for(run, home, code):
    body = json.dumps({"code": code, "detail": "Compare two of the same track."}).encode()
    with answering(lambda path: (409, {"Content-Type": "application/problem+json"}, body)) as (host, _):
        refused = run("compare", ID, ID, "--token", "vdb_some-token", "--host", host)

    assert refused.code == (exits.UNEXPECTED if code == "not_scored" else exits.USAGE)
    assert refused.err == "Compare two of the same track.\n"


def test_a_server_that_is_away_is_seven_and_one_that_comes_back_is_waited_for(run, home, in_no_time, monkeypatch):
    monkeypatch.setenv("VINDR_BENCH_TOKEN", "vdb_some-token")
    monkeypatch.setenv("VINDR_BENCH_HOST", "http://127.0.0.1:1")
    away = run("list")
    answers = [
        (503, {"Retry-After": "7"}, b""),
        (502, {}, b"<html>"),
        (200, {"Content-Type": "application/json"}, b"[]"),
    ]
    with answering(lambda path: answers.pop(0)) as (host, _):
        back = run("list", "--host", host, "--json")

    assert (away.code, back.code, back.json) == (exits.UNAVAILABLE, 0, [])
    assert away.err.splitlines()[-1] == "http://127.0.0.1:1 can't be reached: no connection."
    assert in_no_time[3] == 7


def test_a_client_that_is_too_old_is_told_to_upgrade(run, home):
    problem = {"code": "client_too_old", "detail": "Upgrade it.", "oldest": "9.0.0", "status": 426}
    body = json.dumps(problem).encode()
    with answering(lambda path: (426, {"Content-Type": "application/problem+json"}, body)) as (host, heard):
        refused = run("list", "--host", host)

    assert (refused.code, refused.err) == (exits.UNEXPECTED, "Upgrade it.\n")
    assert heard[0]["User-Agent"].startswith("vindr-bench/")


def test_the_exit_codes_are_those_that_are_promised():
    assert sorted(exits.MEANING) == [0, 1, 2, 3, 4, 5, 6, 7, 124, 130]


def test_a_deadline_is_told_in_utc_and_in_the_readers_zone(run, ada, monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    time.tzset()
    try:
        told = run("whoami").out
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()

    closes = Phase.objects.get().closes_at
    assert f"closes {closes:%Y-%m-%d %H:%M} UTC ({closes + timedelta(hours=7):%Y-%m-%d %H:%M} +07)" in told
