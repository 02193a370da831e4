"""Which server is meant, and which token goes there: an argument beats the environment, which beats the log-in."""

from __future__ import annotations

import os

from vindr_bench.address import Address, parse_address
from vindr_bench.credentials import Credentials, read_credentials
from vindr_bench.errors import Misused
from vindr_bench.token import Token


def server_meant(token: str | None, host: str | None, *, insecure_http: bool) -> tuple[Address, Token | None]:
    """The server and the token for it; None where there is none. Misused where no server is known."""
    token = token or os.environ.get("VINDR_BENCH_TOKEN")
    host = host or os.environ.get("VINDR_BENCH_HOST")
    kept = Credentials() if token and host else read_credentials()
    named = host or kept.host
    if not named:
        raise Misused(
            "host_missing", "No server is known: run `vindr-bench login --host URL`, or set VINDR_BENCH_HOST."
        )
    address = parse_address(named, insecure_http=insecure_http)
    # A kept token goes to the host that it was kept for and to no other.
    return address, Token(token) if token else kept.tokens.get(address.base)
