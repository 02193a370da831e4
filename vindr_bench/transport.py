"""HTTP with the server: the same request again where the network or the server fails, and problems as exceptions."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx

from vindr_bench.address import Address, no_host
from vindr_bench.errors import BenchError, Misused, Unavailable
from vindr_bench.failures import is_for_good, why
from vindr_bench.judging import judged, problem_of, seconds_asked, stranger, unreadable
from vindr_bench.token import Token
from vindr_bench.version import USER_AGENT

T = TypeVar("T")
Tell = Callable[[str], None]
Query = Mapping[str, str | None]

FEW, MANY, LONGEST_SILENCE = 4, 9, 45
"""How often a request is sent: some four seconds for a question; for an upload, and a score, so many seconds."""
_PASSING = (502, 503, 504)
_FIRST_PAUSE, _LONGEST_PAUSE, _LONGEST_ASKED = 0.5, 10.0, 60.0
_TIMEOUT = httpx.Timeout(connect=10, read=120, write=60, pool=10)


class Transport:
    """Requests to one server. The token goes to that server and to no other: redirects are never followed."""

    def __init__(
        self,
        address: Address,
        token: Token | None = None,
        *,
        tell: Tell = lambda _: None,
        trace: Tell = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        _refuse_no_name(address)
        self.address = address
        self.token = token
        self.metric_version: str | None = None
        """Of the server, once it has answered."""
        self._tell = tell
        self._trace = trace
        self._sleep = sleep
        # A proxy from the environment would be sent what is meant for this machine.
        self._http = _connections(through_proxies=not address.loopback)

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def get(
        self,
        path: str,
        *,
        query: Query | None = None,
        etag: str | None = None,
        tries: int = FEW,
    ) -> httpx.Response:
        """Ask; with an ETag, 304 is an answer too. Raises BenchError."""
        params = {name: value for name, value in (query or {}).items() if value is not None}
        headers = {"If-None-Match": etag} if etag else {}
        return self.send("GET", path, tries=tries, params=params, headers=headers)

    def post(self, path: str, *, json: Any = None) -> httpx.Response:
        """Do something that is safe to do twice."""
        return self.send("POST", path, json=json)

    def ask(self, form: Callable[[Any], T], path: str, *, query: Query | None = None) -> T:
        """Ask, and read the JSON of the answer with `form`."""
        return self.read(form, self.get(path, query=query))

    def read(self, form: Callable[[Any], T], answer: httpx.Response) -> T:
        """The answer's JSON as `form` reads it; Unavailable where it is no JSON, or not the server's."""
        try:
            return form(answer.json())
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise stranger(answer, self.token) from error

    def send(
        self,
        method: str,
        path: str,
        *,
        tries: int = FEW,
        before_each: Callable[[], Mapping[str, Any]] = dict,
        headers: Mapping[str, str] | None = None,
        **request: Any,
    ) -> httpx.Response:
        """Send it until it is answered, at most so many times. `before_each` gives what each time needs anew."""
        for left in reversed(range(tries)):
            try:
                response = self._once(method, path, headers or {}, {**request, **before_each()})
                if response.status_code not in _PASSING:
                    return judged(response, self.token)
                failure = problem_of(response, self.token)
            except httpx.TransportError as error:
                failure = Unavailable("unreachable", f"{self.address} can't be reached: {why(error)}.")
                response = None
                if is_for_good(error):
                    raise failure from None
            except httpx.DecodingError:
                raise unreadable(f"{self.address.api}{path}") from None
            except UnicodeError:
                raise Misused(
                    "bad_text", "A word that was given has letters that can't be sent in its place."
                ) from None
            if not left:
                raise failure
            self._pause(failure, tries - left - 1, response)
        raise AssertionError("a request is sent at least once")

    def _once(self, method: str, path: str, headers: Mapping[str, str], request: Mapping[str, Any]) -> httpx.Response:
        url = f"{self.address.api}{path}"
        authorized = {"Authorization": f"Bearer {self.token.reveal()}"} if self.token else {}
        began = time.monotonic()
        response = self._http.request(method, url, headers={**authorized, **headers}, **request)
        self._trace(f"{method} {url}: {response.status_code} in {1000 * (time.monotonic() - began):.0f} ms")
        self.metric_version = response.headers.get("X-Metric-Version", self.metric_version)
        return response

    def _pause(self, failure: BenchError, earlier: int, response: httpx.Response | None) -> None:
        asked = seconds_asked(response)
        longest = min(_FIRST_PAUSE * 2**earlier, _LONGEST_PAUSE)
        # Many clients that lost a server at one instant come back at different ones.
        seconds = max(asked or 0, longest * random.uniform(0.75, 1.25))
        if seconds > _LONGEST_ASKED:
            raise failure
        self._tell(f"{failure.detail} Trying again in {seconds:.0f} s." if seconds >= 1 else f"{failure.detail} Again.")
        self._sleep(seconds)


def _refuse_no_name(address: Address) -> None:
    try:
        named = bool(httpx.URL(address.api).host)
    except (httpx.InvalidURL, UnicodeError):
        named = False
    if not named:
        raise no_host()


def _connections(*, through_proxies: bool) -> httpx.Client:
    try:
        return httpx.Client(
            headers={"User-Agent": USER_AGENT}, timeout=_TIMEOUT, trust_env=through_proxies, follow_redirects=False
        )
    except (ValueError, ImportError, OSError, httpx.InvalidURL) as error:
        reason = str(error)
    raise Misused(
        "bad_network", f"What the environment says of proxies or certificates (HTTPS_PROXY, SSL_CERT_FILE …): {reason}"
    )
