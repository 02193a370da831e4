"""What a response is: an answer, the server's own problem, or a page of something that stands in the server's place."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from vindr_bench.errors import BenchError, Unavailable, error_of
from vindr_bench.token import Token

_SHOWN = 40
_WHAT_TO_DO = "Look whether the host is right, and whether your network wants a log-in first."


def judged(response: httpx.Response, token: Token | None) -> httpx.Response:
    """The response where it is an answer (304 is one); BenchError where it is none."""
    if response.has_redirect_location:
        raise _redirected(response)
    if _media_type(response) == "text/html":
        raise stranger(response, token)
    if response.is_success or response.status_code == 304:
        return response
    raise problem_of(response, token)


def problem_of(response: httpx.Response, token: Token | None) -> BenchError:
    """What the server has refused, or what stands in its place."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, dict) and "code" in body:
        return error_of(response.status_code, body, seconds_asked(response))
    return stranger(response, token)


def stranger(response: httpx.Response, token: Token | None) -> BenchError:
    """What answers isn't the server: a proxy, the page of a network that wants a log-in, or another host."""
    status = response.status_code
    where = response.url.copy_with(query=None)
    detail = (
        f"{where} has answered {status} with {_what_came(response, token)}, and not as a benchmark server does. "
        f"{_WHAT_TO_DO}"
    )
    problem = {"code": f"http_{status}", "detail": detail}
    return Unavailable(**problem, status=status) if response.is_success else error_of(status, problem)


def unreadable(url: str) -> BenchError:
    """An answer that isn't packed as it says."""
    return Unavailable("unreadable_answer", f"{url} has answered with what can't be unpacked. {_WHAT_TO_DO}")


def seconds_asked(response: httpx.Response | None) -> int | None:
    """How long the server asks to wait; None where it doesn't say."""
    asked = "" if response is None else response.headers.get("Retry-After", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


def _what_came(response: httpx.Response, token: Token | None) -> str:
    kind = _media_type(response) or "something of no kind"
    text = response.text
    if token is not None:
        # Some hosts send back what they were sent.
        text = text.replace(token.reveal(), "…")
    begins = " ".join(text[: 4 * _SHOWN].split())[:_SHOWN]
    return f"{kind} that begins '{begins}'" if begins else "nothing"


def _media_type(response: httpx.Response) -> str:
    kind: str = response.headers.get("Content-Type", "")
    return kind.partition(";")[0].strip().lower()


def _redirected(response: httpx.Response) -> BenchError:
    asked, target = response.url, urlsplit(response.headers.get("Location", ""))
    where = f"{target.scheme}://{target.netloc}" if target.netloc else "another page"
    return Unavailable(
        "redirected",
        f"{asked.scheme}://{asked.netloc.decode()} sends this on to {where}, where your token was not sent. If that is "
        f"the server, log in there with --host.",
        status=response.status_code,
    )
