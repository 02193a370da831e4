"""Why a request has not been answered, without what was sent."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

_BROKEN_OFF = (ssl.SSLEOFError, ssl.SSLZeroReturnError)


def why(error: httpx.TransportError) -> str:
    """The rest of a sentence that says that a server can't be reached."""
    if isinstance(error, httpx.TimeoutException):
        return "it does not answer in time"
    if not isinstance(error, httpx.ConnectError):
        return "the connection broke off"
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({cause.verify_message})"
        if _is_of_tls(cause):
            return "no HTTPS is spoken there (a server on this very machine may be one of http://)"
        if isinstance(cause, socket.gaierror):
            return "no host of that name is known here"
    return "no connection"


def is_for_good(error: httpx.TransportError) -> bool:
    """Whether another try would fail in the same way."""
    return isinstance(error, httpx.ConnectError) and any(map(_is_of_tls, _causes(error)))


def _is_of_tls(cause: BaseException) -> bool:
    return isinstance(cause, ssl.SSLError) and not isinstance(cause, _BROKEN_OFF)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__ or error.__context__
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
