"""Where the server is, and whether a token may be sent there."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from vindr_bench.errors import Misused

_IN_NO_NAME = re.compile(r"[\s\x00-\x1f]")


@dataclass(frozen=True)
class Address:
    """Scheme and host of a server, such as `https://bench.example.org`."""

    base: str
    loopback: bool

    def __str__(self) -> str:
        return self.base

    @property
    def api(self) -> str:
        """Where its API begins."""
        return f"{self.base}/api/v1"


def no_host() -> Misused:
    """What is said of a host that no request can be sent to."""
    return Misused(
        "bad_host",
        "The host is an address such as https://bench.example.org, or http://127.0.0.1:8000 on this machine, without a "
        "user's name in it.",
    )


def parse_address(text: str, *, insecure_http: bool = False) -> Address:
    """The server that is meant; without a scheme HTTPS is. Misused with a sentence for anything else.

    Plain HTTP would send the token to whoever listens, so it is taken for this very machine only, or when it is said.
    """
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or _IN_NO_NAME.search(host) or parts.scheme not in ("http", "https") or parts.username is not None:
        raise no_host()
    loopback = _is_loopback(host)
    if parts.scheme == "http" and not (loopback or insecure_http):
        raise Misused(
            "insecure_host",
            f"http://{host} would send your token unencrypted: use https://, or say --insecure-http if you must.",
        )
    name = f"[{host}]" if ":" in host else host
    return Address(f"{parts.scheme}://{name}" + (f":{port}" if port else ""), loopback)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
