"""Logging in and out, and who one is."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from vindr_bench.commands.options import Options
from vindr_bench.commands.shown import left_today, plain, when
from vindr_bench.commands.terminal import Terminal


def login(
    context: typer.Context,
    token_stdin: Annotated[bool, typer.Option("--token-stdin", help="Read the token from standard input.")] = False,
) -> None:
    """Keep a token for the commands to come.

    It is kept with the host in a file that only you can read.
    """
    from vindr_bench.client import Client
    from vindr_bench.credentials import credentials_path, read_credentials, write_credentials
    from vindr_bench.errors import Misused
    from vindr_bench.token import Token

    options: Options = context.obj
    terminal = Terminal(options)
    kept = read_credentials()
    secret = options.token
    if token_stdin:
        secret = sys.stdin.readline()
    elif secret is None:
        if options.json or not sys.stdin.isatty():
            raise Misused("token_missing", "Give the token on standard input: --token-stdin.")
        terminal.say("Make a token on your account page of the server, with the scopes read and submit.")
        secret = typer.prompt("Token", hide_input=True, err=True)
    token = Token(str(secret))
    with Client(
        token.reveal(), options.host or kept.host, insecure_http=options.insecure_http, tell=terminal.always_say
    ) as client:
        account = client.account()
        write_credentials(kept.with_token(client.address.base, token))
        told = {"username": account.username, "host": client.address.base, "file": str(credentials_path())}
    terminal.answer(told, lambda: f"Logged in to {told['host']} as {plain(account.username)}.")


def logout(context: typer.Context) -> None:
    """Forget the token of a server. It stays valid until you revoke it on your account page."""
    from vindr_bench.address import parse_address
    from vindr_bench.credentials import read_credentials, write_credentials
    from vindr_bench.errors import Misused

    options: Options = context.obj
    kept = read_credentials()
    named = options.host or kept.host
    if named is None:
        raise Misused("host_missing", "No server is kept here.")
    host = parse_address(named, insecure_http=True).base
    was_kept = host in kept.tokens
    write_credentials(kept.without(host))
    told = f"Forgot the token of {host}." if was_kept else f"No token of {host} was kept."
    Terminal(options).answer(
        {"host": host, "forgotten": was_kept},
        lambda: f"{told} A token stays valid until you revoke it on your account page.",
    )


def whoami(context: typer.Context) -> None:
    """Account, teams, what is accepted, what is left to upload."""
    terminal = Terminal(context.obj)
    account = terminal.client.account()

    def text() -> str:
        ends = f", until {when(account.expires_at)}" if account.expires_at else ""
        lines = [
            f"{plain(account.username)} on {terminal.client.address} (token for {', '.join(account.scopes)}{ends})"
        ]
        for entry in account.raw["entries"]:
            lines += ["", *_entry_lines(entry)]
        return "\n".join(lines if account.entries else [*lines, "", "Entered in nothing yet: vindr-bench enter."])

    terminal.answer({**account.raw, "host": terminal.client.address.base}, text)


def _entry_lines(entry: dict[str, Any]) -> list[str]:
    from vindr_bench.account import Quota
    from vindr_bench.answers import instant

    lines = [f"{entry['competition']}: team {plain(entry['team'])}"]
    if entry["state"] != "entered":
        lines.append(f"  the entry is {entry['state']}: an organizer decides it")
    for name in ("terms", "rules"):
        asked = entry[name]
        if asked:
            done = (
                "accepted" if asked["accepted"] else f"NOT accepted: vindr-bench rules {entry['competition']} --accept"
            )
            lines.append(f"  {name}, version {plain(asked['version'])}: {done}")
    for limit in entry["limits"]:
        quota = Quota.of(limit["quota"])
        told = left_today(quota.left) if quota.resets_at else "no upload left"
        late = ", late" if limit["late"] else f", closes {when(instant(limit['closes_at']))}"
        lines.append(
            f"  {limit['phase']}, {limit['track']}: {told} "
            f"({quota.used} of {quota.limit} today, {quota.total_used} of {quota.total_limit} in all){late}"
        )
    return lines
