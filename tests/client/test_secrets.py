"""The token: where it is kept, who may read it, and where it is never sent or shown."""

import json
import os
import stat

import pytest

from tests.client.wires import answering
from vindr_bench import Client, Misused, NotLoggedIn, Unavailable
from vindr_bench.address import parse_address
from vindr_bench.credentials import Credentials, credentials_path, read_credentials, write_credentials
from vindr_bench.token import Token

SECRET = "vdb_a-secret-that-nobody-may-see"
ACCOUNT = {"username": "ada", "token": None, "entries": []}


def as_json(body, status=200, **headers):
    return status, {"Content-Type": "application/json", **headers}, json.dumps(body).encode()


def test_the_file_is_its_owners_alone_whatever_the_umask_is(home):
    before = os.umask(0)
    try:
        write_credentials(Credentials().with_token("https://bench.example.org", Token(SECRET)))
    finally:
        os.umask(before)

    assert stat.S_IMODE(credentials_path().stat().st_mode) == 0o600
    assert stat.S_IMODE(credentials_path().parent.stat().st_mode) == 0o700
    assert [path.name for path in credentials_path().parent.iterdir()] == ["credentials.json"]
    assert read_credentials().tokens == {"https://bench.example.org": Token(SECRET)}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_can_read_is_refused_with_what_to_do(run, mode):
    write_credentials(Credentials().with_token("https://bench.example.org", Token(SECRET)))
    credentials_path().chmod(mode)

    refused = run("whoami")

    assert refused.code == 2
    assert refused.err == f"Others can read your token: run `chmod 600 {credentials_path()}`, then try again.\n"


def test_a_damaged_file_is_not_quoted(run):
    write_credentials(Credentials().with_token("https://bench.example.org", Token(SECRET)))
    credentials_path().write_text(f'{{"host": "{SECRET}", ')

    refused = run("whoami", "--verbose")

    assert (refused.code, SECRET in refused.err + refused.out) == (2, False)
    assert "is damaged" in refused.err


def test_it_never_follows_a_redirect_to_another_host(run, monkeypatch):
    monkeypatch.setenv("VINDR_BENCH_TOKEN", SECRET)
    with answering(lambda path: as_json(ACCOUNT)) as (elsewhere, heard):
        for status in (301, 302, 303, 307, 308):
            moved = (status, {"Location": f"{elsewhere}/api/v1/account"}, b"")
            with answering(lambda path, moved=moved: moved) as (here, heard_here):
                refused = run("whoami", "--host", here, "--verbose")
                assert refused.code == 7
                assert f"sends this on to {elsewhere}, where your token was not sent" in refused.err
                assert len(heard_here) == 1
                assert SECRET not in refused.err

    assert heard == []


def test_a_kept_token_goes_to_its_own_host_alone(run):
    with (
        answering(lambda path: as_json(ACCOUNT)) as (mine, heard_by_mine),
        answering(lambda path: as_json([])) as (other, heard_by_other),
    ):
        write_credentials(Credentials().with_token(mine, Token(SECRET)))
        assert run("whoami").code == 0
        assert run("list", "--host", other).code == 0
        with pytest.raises(NotLoggedIn):
            Client(host=other).account()

    assert [headers["Authorization"] for headers in heard_by_mine] == [f"Bearer {SECRET}"]
    assert ["Authorization" in headers for headers in heard_by_other] == [False]


def test_an_argument_beats_the_environment_which_beats_the_file(run, monkeypatch):
    with answering(lambda path: as_json(ACCOUNT)) as (host, heard):
        write_credentials(Credentials().with_token(host, Token("from-the-file")))
        run("whoami")
        monkeypatch.setenv("VINDR_BENCH_TOKEN", "from-the-environment")
        run("whoami")
        run("whoami", "--token", "from-the-argument")

    found = [headers["Authorization"].removeprefix("Bearer from-the-") for headers in heard]
    assert found == ["file", "environment", "argument"]


def test_on_this_machine_no_proxy_of_the_environment_hears_it(run, monkeypatch):
    with (
        answering(lambda path: as_json(ACCOUNT)) as (host, _),
        answering(lambda path: as_json(ACCOUNT)) as (proxy, heard),
    ):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        assert run("whoami", "--host", host, "--token", SECRET).code == 0

    assert heard == []


@pytest.mark.parametrize("text", [f"{SECRET}\nX-Injected: yes", "short", "with blanks in it", "ümläut-token"])
def test_what_is_no_token_is_refused_without_being_shown(run, text):
    refused = run("whoami", "--host", "127.0.0.1:1", "--token", text, "--json")

    assert (refused.code, refused.json["code"]) == (2, "bad_token")
    assert text not in refused.out + refused.err


def test_neither_a_fault_of_the_program_nor_a_traceback_shows_it(run, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError(f"quoting {SECRET}")

    monkeypatch.setattr("httpx.Client.request", broken)
    failed = run("whoami", "--host", "http://127.0.0.1:1", "--token", SECRET, "--verbose")

    assert failed.code == 1
    assert failed.err.startswith("A fault of this program: RuntimeError in ")
    assert SECRET not in failed.err + repr(Token(SECRET)) + str(Token(SECRET))


@pytest.mark.parametrize(
    ("text", "insecure", "base"),
    [
        ("bench.example.org", False, "https://bench.example.org"),
        ("https://bench.example.org:8443/some/page", False, "https://bench.example.org:8443"),
        ("http://localhost:8000/", False, "http://localhost:8000"),
        ("http://[::1]:8000", False, "http://[::1]:8000"),
        ("http://bench.example.org", True, "http://bench.example.org"),
    ],
)
def test_an_address_is_https_or_this_machine_or_said_to_be_insecure(text, insecure, base):
    assert parse_address(text, insecure_http=insecure).base == base


@pytest.mark.parametrize(
    "text", ["http://bench.example.org", "ftp://bench.example.org", "https://me:word@bench.org", ""]
)
def test_any_other_address_is_refused(text):
    with pytest.raises(Misused):
        parse_address(text)


def test_the_client_has_the_same_rules(home):
    with (
        answering(lambda path: (302, {"Location": "http://elsewhere.example/"}, b"")) as (here, _),
        Client(SECRET, here) as client,
        pytest.raises(Unavailable, match="was not sent"),
    ):
        client.account()

    assert SECRET not in repr(vars(client)) + repr(client.transport.token)
