"""The server as the teams and the organizer meet it: the API over HTTP, each answer held against what it must be."""

from collections import Counter
from datetime import datetime
from typing import Any

import httpx

from tests.challenge.books import Person

SLUG = "challenge"


class Deviation(AssertionError):
    """The server has said or done something other than the rules and the script's own books say."""


class Server:
    """Speaks to the API and counts the answers."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=f"{address}/api/v1", timeout=120)
        self.answers: Counter[str] = Counter()

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def call(
        self, person: Person | None, method: str, path: str, *, expect: int, code: str = "", **request: Any
    ) -> httpx.Response:
        """One request; raises Deviation when status or code are not those that must come."""
        answer = self.ask(person, method, path, **request)
        require(answer, f"{method} {path}", expect, code)
        return answer

    def ask(self, person: Person | None, method: str, path: str, **request: Any) -> httpx.Response:
        """One request, whatever the answer; a path without a slash in front is one of the competition's."""
        headers = request.pop("headers", {})
        if person is not None:
            headers = {**headers, "Authorization": f"Bearer {person.token}"}
        place = path if path.startswith("/") else f"/competitions/{SLUG}/{path}".rstrip("/")
        answer = self._client.request(method, place, headers=headers, **request)
        if answer.status_code >= 500:
            raise Deviation(f"{method} {place}: {answer.status_code} {answer.text[:500]}")
        return answer

    def upload(self, person: Person, track: str, content: bytes, **words: Any) -> httpx.Response:
        """One file."""
        headers = words.pop("headers", {})
        data = {"track": track, **words}
        files = {"file": ("predictions.csv", content, "text/csv")}
        return self.ask(person, "POST", "submissions", data=data, files=files, headers=headers)


def require(answer: httpx.Response, what: str, expect: int, code: str = "") -> None:
    """Raise Deviation unless it is that status and (if told) that code."""
    said = answer.json().get("code", "") if "json" in answer.headers.get("content-type", "") and code else code
    if answer.status_code != expect or said != code:
        raise Deviation(f"{what}: expected {expect} {code}, got {answer.status_code} {answer.text[:400]}")


def instant(text: str) -> datetime:
    """An instant as the API writes it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
