"""All that can be read at every address by who is no organizer, made comparable to the byte.

What is drawn anew for each answer is replaced by a word before answers are compared; `DRAWN` is all of it.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver

from competition.models import GroundTruth, Letter

DRAWN = (
    (re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'), b"the token of a form"),
    (re.compile(rb'"X-CSRFTOKEN"] = "[^"]+"'), b"the token of a script"),
    (re.compile(rb"csrftoken=[^;]+; expires=[^;]+"), b"the cookie of a form"),
    (re.compile(rb"[?]key=[0-9a-f-]{36}"), b"?the key of an upload"),
)
"""What is drawn by lot for each answer. (A key for a second factor is, too, on a page that is read only by who has
confirmed the password lately: here nobody has.)"""
OF_THE_PROCESS = ("Expires",)
"""Headers that tell the clock of the process."""
LINK = re.compile(rb"""(?:href|src|action|data-[a-z-]+)="(/[^"#]*)""")
OF_OTHERS = ("/static/", "/accounts/logout/")
OF_ONE_ANSWER = ("next=", "key=")
"""Links that lead to a page that is read anyway."""
ELSEWHERE = "203.0.113.7"
"""Not this host: figures are shown to that alone."""


@dataclass(frozen=True)
class Reader:
    """Who asks: cookies for pages, and a token for the API."""

    name: str
    cookies: Any
    token: str = ""

    def client(self, address: str) -> Client:
        """A fresh one, so that an answer doesn't depend on those before it."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token and address.startswith("/api/") else {}
        client = Client(headers=headers, REMOTE_ADDR=ELSEWHERE, raise_request_exception=False)
        if not headers:
            client.cookies = deepcopy(self.cookies)
        return client


@dataclass(frozen=True)
class Answer:
    """What one reader is answered at one address, and by how many statements."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statements: int


Answers = dict[tuple[str, str], Answer]


def routes() -> list[str]:
    """Every route of the URL configuration; of those by regular expressions what is fixed."""
    return sorted(set(_routes(get_resolver().url_patterns, "/")))


def _routes(patterns: list[Any], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield re.sub(r"[\^$]|\\Z|\(\?P?.*", "", route).replace("\\", "")
        else:
            yield from _routes(pattern.url_patterns, route)


@dataclass(frozen=True)
class Names:
    """What the names in routes stand for; each name has several, which are taken in turn."""

    submissions: list[uuid.UUID]
    of_routes: dict[str, list[str]]

    def addresses(self, route: str) -> list[str]:
        """The addresses of a route: as many as the longest of its names has words, each with further questions."""
        found = re.findall(r"<(?:(\w+):)?(\w+)>", route)
        words = [self._words(kind, name, route) for kind, name in found]
        count = max(map(len, words), default=1)
        filled = []
        for place in range(count):
            address = route
            for (kind, name), several in zip(found, words, strict=True):
                text = f"<{kind}:{name}>" if kind else f"<{name}>"
                address = address.replace(text, several[place % len(several)])
            filled.append(address)
        return [address + query for address in filled for query in self._queries(route)]

    def _words(self, kind: str, name: str, route: str) -> list[str]:
        known = [str(one) for one in self.submissions]
        if "organize" in route or route.startswith("/admin/"):
            known = known[:1]
        if name == "submission_id":
            return known
        if name == "other_id":
            return known[1:] + known[:1]
        several = self.of_routes.get(f"{route.split('<')[0].split('/')[-2]} {name}") or self.of_routes.get(name)
        if several is not None:
            return several[:1] if "organize" in route else several
        return {"int": ["1"], "uuid": known[:1]}.get(kind, ["main"])

    def _queries(self, route: str) -> list[str]:
        if "/boards/" in route:
            return ["", *(f"?phase={key}{form}" for key in self.of_routes["key"] for form in ("", "&format=csv"))]
        return ["", "?track=detection"] if route.endswith(("sample", "awards")) else [""]


def read_all(readers: list[Reader], addresses: dict[str, list[str]], *, follow: bool = True) -> Answers:
    """Each reader asks at its addresses, and where the links of what comes back lead to; then all letters."""
    answers = {}
    for reader in readers:
        linked: set[str] = set()
        for address in addresses[reader.name]:
            answers[reader.name, address] = answer = read(reader, address)
            linked |= {link.decode().replace("&amp;", "&") for link in LINK.findall(answer.body)}
        for address in sorted(linked - set(addresses[reader.name])):
            if follow and not address.startswith(OF_OTHERS) and not any(word in address for word in OF_ONE_ANSWER):
                answers[reader.name, address] = read(reader, address)
    for number, letter in enumerate(Letter.objects.filter(user__organizes=None).order_by("pk")):
        text = f"{letter.user} {letter.subject}\n{letter.text}"
        answers[f"letter {number}", ""] = Answer(0, (), masked(text.encode()), 0)
    return answers


def read(reader: Reader, address: str) -> Answer:
    """What one is answered."""
    return as_answer(*counted(lambda: reader.client(address).get(address)))


def act(reader: Reader, address: str, body: dict[str, Any] | None = None) -> Answer:
    """What one is answered who sends something; bytes are sent as a file."""
    data = {
        name: SimpleUploadedFile("mine.csv", value) if isinstance(value, bytes) else value
        for name, value in (body or {}).items()
    }
    return as_answer(*counted(lambda: reader.client(address).post(address, data)))


def counted(ask: Callable[[], HttpResponse]) -> tuple[HttpResponse, int]:
    """An answer, and how many statements it took."""
    statements = 0

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        answer = ask()
    return answer, statements


def as_answer(answer: Any, statements: int) -> Answer:
    """Status, all headers, cookies and the body, but for what is drawn by lot."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    cookies = masked(answer.cookies.output().encode()).decode()
    headers = {**answer.headers, **{name: "a time" for name in OF_THE_PROCESS if name in answer.headers}}
    if headers.get("ETag") == f'"{sha256(body).hexdigest()[:32]}"':
        headers["ETag"] = "a hash of the body"
    told = (*sorted(headers.items()), ("cookies", cookies))
    return Answer(answer.status_code, told, masked(body), statements)


def masked(body: bytes) -> bytes:
    """With a word in the place of what is drawn by lot, and of the commitment: a salted hash of the labels, public."""
    for pattern, word in DRAWN:
        body = pattern.sub(word, body)
    for commitment in GroundTruth.objects.values_list("commitment", flat=True):
        body = body.replace(commitment.encode(), b"a commitment")
    return body


def differing(one: Answers, other: Answers) -> list[str]:
    """The addresses whose answers are not the same, to the byte, and what is another in them."""
    return [
        f"{' '.join(place)}: {_difference(one.get(place), other.get(place))}"
        for place in sorted(one.keys() | other.keys())
        if one.get(place) != other.get(place)
    ]


def _difference(one: Answer | None, other: Answer | None) -> str:
    if one is None or other is None:
        return "only in one of them"
    if (one.status, one.headers, one.statements) != (other.status, other.headers, other.statements):
        both = set(one.headers) ^ set(other.headers)
        return f"{one.status} and {other.status}, {one.statements} and {other.statements} statements, {sorted(both)}"
    pairs = zip(one.body, other.body, strict=False)
    place = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one.body), len(other.body)))
    here = slice(max(0, place - 60), place + 60)
    return f"{one.body[here]!r} and {other.body[here]!r}"
