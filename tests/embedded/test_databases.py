"""The servers that DATABASE_URL and REDIS_URL name."""

import os
from pathlib import Path

import pytest

from competition.embedded import postgres, valkey
from competition.embedded.accounts import accounts_for
from competition.embedded.data_dir import DataDir
from competition.embedded.databases import given_server, start_databases, started_here
from competition.embedded.errors import CannotStartError
from competition.embedded.supervisor import Supervisor


def test_servers_that_are_given_are_used_and_none_is_started(data_dir: Path):
    supervisor = Supervisor(data_dir)
    accounts = accounts_for(data_dir / "database")

    databases = start_databases(supervisor, DataDir(data_dir), accounts, packages=data_dir)

    assert {databases.owner, databases.web, databases.scorer} == {os.environ["DATABASE_URL"]}
    assert databases.bell == os.environ["REDIS_URL"]
    assert supervisor.children == []
    assert started_here() == ""


def test_what_is_started_is_what_is_not_given(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DATABASE_URL")
    first = started_here()
    monkeypatch.delenv("REDIS_URL")

    assert (first, started_here()) == ("PostgreSQL", "PostgreSQL and Valkey")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://me:hidden@127.0.0.1:1/mine", "Connection refused"),
        ("postgresql://me:hidden@/mine?host=/nowhere", "No such file or directory"),
        ("hidden", "it is not of the form postgresql://user:password@host/name"),
    ],
)
def test_a_postgresql_that_does_not_answer_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, url: str, reason: str
):
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(CannotStartError) as refused:
        given_server("DATABASE_URL", postgres.why_not_ready)

    assert str(refused.value).startswith("The server that DATABASE_URL names can't be used: ")
    assert str(refused.value).endswith(f"{reason}.")
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("redis://:hidden@127.0.0.1:1/0", "Connection refused"),
        ("hidden", "it is not of the form redis://:password@host:6379/0"),
    ],
)
def test_a_valkey_that_does_not_answer_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch, url: str, reason: str):
    monkeypatch.setenv("REDIS_URL", url)

    with pytest.raises(CannotStartError) as refused:
        given_server("REDIS_URL", valkey.why_not_ready)

    assert str(refused.value).startswith("The server that REDIS_URL names can't be used: ")
    assert str(refused.value).endswith(f"{reason}.")
    assert "hidden" not in str(refused.value)
