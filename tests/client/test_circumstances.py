"""Files, names, folders and servers that are not as one would wish: a sentence and a code for each, and no fault."""

import json
import os
import pty
import ssl
import subprocess
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from django.db.models.functions import Now

from competition.models import Evaluation, Submission
from tests.client.test_terminal import ENVIRONMENT, PYTHON, SUBMISSION
from tests.client.wires import answering, shown_on
from tests.factory import detections_csv, make_token, make_user
from vindr_bench import Client, Misused, NotFound, Unavailable, exits
from vindr_bench.commands.shown import harmless, left_today
from vindr_bench.waiting import wait_for

database = pytest.mark.django_db(transaction=True)
SECRET = "vdb_a-secret-that-nobody-may-see"
ID = SUBMISSION["id"]


@database
def test_names_and_words_of_any_letters_arrive_in_any_locale(server, ada, tmp_path):
    names = ("Bài nộp [bold] 1.csv", os.fsdecode(b"latin-\xe9.csv"))
    for name in names:
        (tmp_path / name).write_bytes(detections_csv())
    plainly = {"PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "PYTHONUTF8": "0"}
    environment = {**ENVIRONMENT, **os.environ, **plainly, "TERM": "xterm", "PYTHONPATH": ENVIRONMENT["PYTHONPATH"]}

    inner, outer = pty.openpty()
    runs = [
        subprocess.run(
            [*PYTHON, "submit", "chest", "--again", "-f", name, "-m", "Đà Nẵng"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=outer,
            text=True,
            check=False,
        )
        for name in names
    ]
    os.close(outer)
    shown = shown_on(inner)

    assert [run.returncode for run in runs] == [0, 0], shown
    assert "[bold] 1.csv" in shown
    arrived = Submission.objects.order_by("received_at").values_list("file_name", "note")
    assert list(arrived) == [("Bài nộp [bold] 1.csv", "Đà Nẵng"), ("latin-�.csv", "Đà Nẵng")]


@database
def test_what_can_be_read_only_once_or_is_too_large_is_refused_before_it_is_read(run, ada):
    os.mkfifo("pipe")
    with open("large.csv", "wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    pipe = run("submit", "chest", "-f", "pipe", "--json")
    Path("packed.csv").write_bytes(b"\x1f\x8b\x08" + b"\0" * 40)
    packed = [run("submit", "chest", "-f", "packed.csv", "-t", "detection", *more) for more in ((), ("--no-validate",))]
    large = [run(*words, "--json") for words in (("submit", "chest", "-f", "large.csv"), ("validate", "large.csv"))]

    assert (pipe.code, pipe.json["code"]) == (exits.USAGE, "not_a_file")
    assert [one.code for one in large] == [exits.INVALID_FILE] * 2
    assert large[0].json["problems"][0]["code"] == "file_too_large"
    assert {one.err.partition(".")[0] for one in packed} == {"This is a gzip archive"}


@database
def test_a_folder_that_can_not_be_written_keeps_nobody_from_handing_in_and_is_named_by_the_login(
    run, ada, server, monkeypatch
):
    Path("mine.csv").write_bytes(detections_csv())
    Path("home").write_text("a file in the folder's place")
    monkeypatch.setenv("VINDR_BENCH_CACHE_DIR", "home/cache")
    sent = run("submit", "chest", "-f", "mine.csv", "-q")
    token = os.environ["VINDR_BENCH_TOKEN"]
    monkeypatch.setenv("VINDR_BENCH_CONFIG_DIR", "/proc/self/nowhere")
    refused = run("login", "--token-stdin", stdin=f"{token}\n")

    assert (sent.code, Submission.objects.count()) == (0, 1)
    assert refused.code == exits.USAGE
    assert refused.err.startswith("/proc/self/nowhere/credentials.json can't be written: ")


@database
def test_of_a_file_that_comes_again_it_is_said_what_has_become_of_it(run, ada):
    Path("mine.csv").write_bytes(detections_csv())
    first = run("submit", "chest", "-f", "mine.csv")
    again = run("submit", "chest", "-f", "mine.csv")
    Evaluation.objects.update(state="failed", failure="crash", failure_detail="It broke.")
    failed = run("submit", "chest", "-f", "mine.csv")
    Submission.objects.update(withdrawn_at=Now())
    withdrawn = run("submit", "chest", "-f", "mine.csv")

    assert first.out.endswith("\n4 uploads left today for detection in main.\n")
    assert "uploads left" not in again.out
    ends = [run.err.removeprefix("This very file had arrived before") for run in (again, failed, withdrawn)]
    asked = "--again hands it in anew.\n"
    assert ends == [f", and counts once. {asked}", f" and could not be scored. {asked}", f" and was withdrawn. {asked}"]


@database
def test_a_score_is_told_where_the_board_can_not_be_read(server, workers, run, ada, monkeypatch):
    def away(*_, **__):
        raise Unavailable("unreachable", "It is away.")

    monkeypatch.setattr("vindr_bench.client.Client.board", away)
    Path("mine.csv").write_bytes(detections_csv())

    scored = run("submit", "chest", "-f", "mine.csv", "--wait", "60")

    assert (scored.code, scored.out) == (0, "score 1.0000  (95 %: 1.0000 to 1.0000)\n")
    assert scored.err.count("The board can't be read now: It is away.") == 2


@database
def test_an_interrupted_upload_of_a_file_anew_names_the_key_that_finds_it(run, ada, monkeypatch):
    sent = httpx.Client.request

    def interrupted(http, method, *arguments, **named):
        answer = sent(http, method, *arguments, **named)
        if method == "POST":
            raise KeyboardInterrupt
        return answer

    Path("mine.csv").write_bytes(detections_csv())
    with monkeypatch.context() as patched:
        patched.setattr(httpx.Client, "request", interrupted)
        broken_off = run("submit", "chest", "-f", "mine.csv", "--again", "--json")
    found = run("submit", "chest", "-f", "mine.csv", "--again", "--key", broken_off.json["key"], "--json")

    assert (broken_off.code, broken_off.json["code"]) == (exits.INTERRUPTED, "interrupted")
    assert f"again with --key {broken_off.json['key']}:" in broken_off.json["detail"]
    assert (found.json["created"], Submission.objects.count()) == (False, 1)


@database
def test_a_download_writes_a_new_file_or_none(ada):
    Path("mine.csv").write_bytes(detections_csv())
    with Client() as client:
        made = client.submit("mine.csv", competition="chest")
        fetched = made.download("back.csv")
        with pytest.raises(Misused, match="is there already"):
            made.download("mine.csv")
        with pytest.raises(Misused, match="can't be written"):
            made.download("no-folder/back.csv")
        with pytest.raises(NotFound):
            replace(made, id=SUBMISSION["id"]).download("other.csv")

    assert fetched.read_bytes() == detections_csv()
    assert not Path("other.csv").exists()


@database
def test_who_enters_without_the_terms_is_told_how_to_accept_them(server, run, competition, monkeypatch):
    monkeypatch.setenv("VINDR_BENCH_HOST", server)
    monkeypatch.setenv("VINDR_BENCH_TOKEN", make_token(make_user("eve"), "read", "submit"))

    refused = run("enter", "chest", "--team", "Eve's")

    assert refused.code == exits.NOT_ALLOWED
    assert refused.err.startswith("vindr-bench rules chest shows the terms; then say --accept-terms VERSION.\n")


@pytest.mark.parametrize("key", ["chạy 1", "two\nlines", " ", "a" * 256])
def test_a_key_that_no_header_can_hold_is_refused(home, key):
    Path("mine.csv").write_bytes(detections_csv())
    with Client(SECRET, "http://127.0.0.1:1") as client, pytest.raises(Misused) as refused:
        client.submit("mine.csv", competition="chest", key=key)

    assert refused.value.code == "bad_key"


@pytest.mark.parametrize("host", ["https://xn--.org", "https://a b.org", "https://[::1", ":8000", "http://"])
def test_a_host_that_is_none_is_refused_with_how_one_looks(run, host):
    refused = run("list", "--host", host, "--json")

    assert (refused.code, refused.json["code"]) == (exits.USAGE, "bad_host")


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("headers", "body", "came"),
    [
        ({"Content-Type": "text/html"}, b"<h1>Log in to\nthe hotel</h1>", "text/html that begins '<h1>Log in to the "),
        ({"Content-Type": "text/plain; charset=utf-8"}, b"Log in.", "text/plain that begins 'Log in.'"),
        ({}, b"", "nothing"),
        (JSON, b'[{"slug": "chest"', """application/json that begins '[{"slug": "chest"'"""),
        (JSON, b'{"hotel": "\x1b[2J"}', """application/json that begins '{"hotel": "\\x1b[2J"}'"""),
        (JSON, b"[1]", "application/json that begins '[1]'"),
        (JSON, b"\xff\xfe\xff", "application/json that begins "),
        (JSON, SECRET.encode(), "application/json that begins '…'"),
    ],
)
def test_what_answers_in_the_servers_place_is_named_with_what_has_come(run, monkeypatch, headers, body, came):
    monkeypatch.setenv("VINDR_BENCH_TOKEN", SECRET)
    with answering(lambda path: (200, headers, body)) as (host, _):
        ends = [run(*words, "--host", host) for words in (("list",), ("whoami",), ("compare", ID, ID))]
        as_json = run("list", "--host", host, "--json")

    assert {one.code for one in (*ends, as_json)} == {exits.UNAVAILABLE}
    assert ends[0].err.startswith(f"{host}/api/v1/competitions has answered 200 with {came}")
    assert ends[0].err.endswith(" Look whether the host is right, and whether your network wants a log-in first.\n")
    assert (as_json.json["code"], as_json.json["status"]) == ("http_200", 200)
    assert SECRET not in "".join(one.err for one in ends)


def test_what_is_not_packed_as_it_says_is_no_answer(run):
    with answering(lambda path: (200, JSON | {"Content-Encoding": "gzip"}, b"not packed")) as (host, _):
        refused = run("list", "--host", host, "--json")

    assert (refused.code, refused.json["code"]) == (exits.UNAVAILABLE, "unreadable_answer")
    assert refused.json["detail"].startswith(f"{host}/api/v1/competitions has answered with what can't be unpacked.")


@pytest.mark.parametrize("proxy", ["hotel://proxy:1", "http://[::1"])
def test_a_proxy_that_is_none_is_named(run, monkeypatch, proxy):
    monkeypatch.setenv("HTTPS_PROXY", proxy)

    refused = run("list", "--host", "https://bench.example.org", "--json")

    assert (refused.code, refused.json["code"]) == (exits.USAGE, "bad_network")


def test_what_is_kept_and_damaged_is_done_without(run, monkeypatch):
    monkeypatch.setenv("VINDR_BENCH_CACHE_DIR", "cache")
    kept = Path("cache/127.0.0.1_1/chest")
    kept.mkdir(parents=True)
    kept.joinpath("competition.json").write_text("{")
    kept.joinpath("manifest").write_bytes(b"\xff\x00\r\nno image")
    Path("mine.csv").write_bytes(detections_csv())
    monkeypatch.setenv("VINDR_BENCH_HOST", "http://127.0.0.1:1")

    refused = run("validate", "mine.csv", "--offline", "-c", "chest", "--json")

    assert (refused.code, refused.json["code"]) == (exits.USAGE, "nothing_kept")


def test_a_server_without_https_is_said_to_have_none_at_once(run, in_no_time):
    with answering(lambda path: (200, {}, b"[]")) as (host, _):
        refused = run("list", "--host", host.removeprefix("http://"))

    assert (refused.code, in_no_time) == (exits.UNAVAILABLE, [])
    assert "no HTTPS is spoken there" in refused.err


def test_a_certificate_that_is_not_trusted_is_named(home, in_no_time, monkeypatch):
    def distrust(*_, **__):
        cause = ssl.SSLCertVerificationError(1, "no")
        cause.verify_message = "self-signed certificate"
        raise httpx.ConnectError("no") from cause

    monkeypatch.setattr(httpx.Client, "request", distrust)
    with Client(SECRET, "https://bench.example.org") as client, pytest.raises(Unavailable) as refused:
        client.competitions()

    assert refused.value.detail.endswith("its certificate is not trusted (self-signed certificate).")
    assert in_no_time == []


def test_waiting_outlasts_a_server_that_starts_again(home, in_no_time):
    looks = []

    def answer(path):
        looks.append(path)
        if 2 <= len(looks) <= 8:
            return 502, {}, b""
        state = "scored" if len(looks) == 9 else "accepted"
        return 200, {"Content-Type": "application/json"}, json.dumps({**SUBMISSION, "state": state}).encode()

    with answering(answer) as (host, _), Client(SECRET, host) as client:
        scored = wait_for(client, client.submission(SUBMISSION["id"]), sleep=lambda _: None)

    assert scored.state == "scored"
    assert 15 < sum(in_no_time) < 60


def test_where_the_server_stays_away_it_is_said_how_to_go_on(run, in_no_time, monkeypatch):
    looks = []

    def answer(path):
        looks.append(path)
        body = json.dumps({**SUBMISSION, "state": "accepted"}).encode()
        return (200, {"Content-Type": "application/json"}, body) if len(looks) == 1 else (502, {}, b"")

    monkeypatch.setenv("VINDR_BENCH_TOKEN", SECRET)
    with answering(answer) as (host, _):
        gone = run("submission", SUBMISSION["id"], "--wait", "--host", host)

    assert gone.code == exits.UNAVAILABLE
    assert f"The submission goes on without you: vindr-bench submission {SUBMISSION['id']} --wait" in gone.err


def test_an_answer_shows_the_terminal_nothing_that_it_obeys(run):
    with answering(lambda path: (200, {}, b"@misc{a,\n\ttitle = {\x1b[2J}\n}\n")) as (host, _):
        told = run("cite", "chest", "--host", host)

    assert told.out == "@misc{a,\n\ttitle = {\\x1b[2J}\n}\n"
    assert harmless("a\r\nb\x1b") == "a\nb\\x1b"


ROW = {"team": "x" * 30, "score": 0.5, "interval": [0.4, 0.6], "submissions": 1, "submitted_at": "2026-01-01T00:00:00Z"}
BOARD = {
    **dict.fromkeys(("phase", "metric", "metric_version"), "main"),
    **{"track": "detection", "version": 1, "published_at": "2026-01-01T00:00:00Z"},
    "entries": [{"rank": 1, "rank_low": 1, "rank_high": 1, "baseline": False, **ROW}] * 3000,
    "tracks": [{"track": "detection", "labels": [], "metric": "main"}],
    **{"slug": "chest", "title": "Chest", "images": 2, "phases": []},
}


def test_who_reads_no_further_and_who_has_closed_a_stream_gets_no_fault(home):
    answer = 200, {"Content-Type": "application/json"}, json.dumps(BOARD).encode()
    with answering(lambda path: answer) as (host, _):
        command = f"{' '.join(PYTHON)} board chest -t detection --host {host}"
        ends = {
            form: subprocess.run(
                ["bash", "-c", f"set -o pipefail; {form}"], capture_output=True, text=True, env=ENVIRONMENT, check=False
            )
            for form in (f"{command} -q | head -1", f"{command} 2>&-", f"{command} >&-", f"{command} --top 0 2>&-")
        }

    assert [run.returncode for run in ends.values()] == [0, 0, 0, exits.USAGE]
    assert "Traceback" not in "".join(run.stderr for run in ends.values())


def test_a_phase_without_an_end_is_listed(run):
    phase = {"key": "main", "title": "Main", "state": "open", "daily_limit": 1, "total_limit": 1}
    listed = [{**BOARD, "phases": [{**phase, "opens_at": "2026-01-01T00:00:00Z", "closes_at": None}]}]
    with answering(lambda path: (200, JSON, json.dumps(listed).encode())) as (host, _):
        told = run("list", "--host", host)

    assert told.code == 0, told.err
    assert told.out.splitlines()[1].split() == ["chest", "Chest", "detection", "main", "-"]


@pytest.mark.parametrize("of", [(), ("-c", "chest")])
@pytest.mark.parametrize("words", ["submit -f", "submit --no-validate -f", "validate"])
def test_a_file_that_is_not_there_is_told_before_the_server_is_asked(run, words, of):
    refused = run(*words.split(), "absent.csv", *of, "--host", "http://127.0.0.1:1", "--token", SECRET)

    assert (refused.code, refused.err) == (exits.USAGE, "absent.csv can't be read: No such file or directory.\n")


def test_a_terminal_that_can_do_little_gets_whole_words(home):
    answer = 200, {"Content-Type": "application/json"}, json.dumps(BOARD).encode()
    with answering(lambda path: answer) as (host, _):
        inner, outer = pty.openpty()
        words = [*PYTHON, "board", "chest", "-t", "detection", "--top", "1", "--host", host]
        environment = ENVIRONMENT | {"TERM": "dumb", "COLUMNS": "60"}
        subprocess.run(words, stdout=outer, stderr=outer, env=environment, check=True)
        os.close(outer)
        shown = shown_on(inner)

    assert "0.500  0.400 to 0.600" in shown
    assert "2026-01-01 00:00" in shown.splitlines()[-1]


def test_one_upload_is_one():
    assert (left_today(1), left_today(0)) == ("1 upload left today", "0 uploads left today")
