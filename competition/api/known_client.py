"""Which `vindr-bench` calls: one that is too old is told so, and each learns which version of the metrics is used."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from competition.api.problems import problem
from competition.multipart import drain
from scoring import METRIC_VERSION

CLIENT = re.compile(r"vindr-bench/(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?: |$)")


def known_client(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: below the API's address, 426 for a client older than OLDEST_CLIENT; other programs pass."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith("/api/"):
            return get_response(request)
        response = _refusal(request) or get_response(request)
        response["X-Metric-Version"] = METRIC_VERSION
        return response

    return answer


def _refusal(request: HttpRequest) -> HttpResponseBase | None:
    oldest = settings.ENVIRONMENT.oldest_client
    found = CLIENT.match(request.headers.get("User-Agent", ""))
    if not oldest or found is None or _numbers(*found.groups()) >= _numbers(*oldest.split(".")):
        return None
    drain(request, settings.ENVIRONMENT.upload_limit_bytes)
    used = ".".join(found.groups())
    detail = (
        f"vindr-bench {used} is too old for this server, which needs {oldest} or newer: upgrade it the way it was "
        f"installed (in an updated checkout: pip install --upgrade .), then run the same command again."
    )
    return problem(426, "client_too_old", detail, oldest=oldest)


def _numbers(*parts: str) -> tuple[int, ...]:
    return tuple(map(int, parts))
