"""Whether the server lives, whether it can serve, and its figures."""

import time
from collections.abc import Callable
from threading import Lock

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError

from competition import queue, storage
from competition.api.figures import figures
from competition.api.problems import nothing_here, unavailable
from competition.clock import database_now

HERE = {"127.0.0.1", "::1"}
GOOD_FOR = 1.0
"""Seconds."""


def healthz(request: HttpRequest) -> JsonResponse:
    """The process lives."""
    return JsonResponse({"alive": True})


class _Answer:
    """The last answer of this process: that all is well is good for a second, however many ask.

    That something is not is for those alone who asked before it was known: it must not outlive its cause, which another
    process may have found gone.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.forget()

    def forget(self) -> None:
        """Ask all parts anew the next time."""
        self._parts: dict[str, bool] = {}
        self._good_until = float("-inf")

    def parts(self) -> dict[str, bool]:
        """Each part, and whether it is well."""
        asked = time.monotonic()
        with self._lock:
            if asked >= self._good_until:
                self._parts = _parts()
                self._good_until = time.monotonic() + (GOOD_FOR if all(self._parts.values()) else 0)
            return self._parts


readiness = _Answer()


def readyz(request: HttpRequest) -> JsonResponse:
    """Database, bell, storage and a worker's heartbeat: 200 when all are well, else 503 and which is not."""
    parts = readiness.parts()
    ready = all(parts.values())
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)


def _parts() -> dict[str, bool]:
    ready_file = settings.ENVIRONMENT.ready_file
    return {
        "database": _answers(database_now),
        "bell": _answers(queue.connection().ping),
        "storage": storage.is_writable(),
        "worker": _answers(queue.workers_alive),
        "started": ready_file is None or ready_file.exists(),
    }


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, for this host or with the token; to others the address does not exist."""
    if not _may_scrape(request):
        return nothing_here(request)
    try:
        return HttpResponse(generate_latest(figures()), content_type=CONTENT_TYPE_LATEST)
    except DatabaseError:
        return unavailable()


def _answers(question: Callable[[], object]) -> bool:
    return bool(_count(question))


def _count(question: Callable[[], object]) -> int:
    try:
        answer = question()
        return answer if isinstance(answer, int) else int(bool(answer))
    except (DatabaseError, RedisError, OSError):
        return 0


def _may_scrape(request: HttpRequest) -> bool:
    token = settings.ENVIRONMENT.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and constant_time_compare(given, token):
        return True
    through_proxy = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR") in HERE and not through_proxy
