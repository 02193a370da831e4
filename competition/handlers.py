"""Which form an error takes that no view has answered: problem details below the API's address, else a page."""

import sys

from django.http import HttpRequest, HttpResponse

from competition.api import problems
from competition.statuses import is_database_away
from competition.web import errors


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    if _is_api(request):
        return problems.problem(400, "bad_request", "The request can't be read.")
    return errors.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    if _is_api(request):
        return problems.problem(403, "forbidden", "You may not do this.")
    return errors.forbidden(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a request that may come from another site."""
    if _is_api(request):
        return problems.problem(403, "csrf_failed", f"{reason} Send the token of the page, or use a bearer token.")
    return errors.csrf_failure(request, reason)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    if _is_api(request):
        return problems.nothing_here(request)
    return errors.not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 where the database is away, else 500: Django calls this while it handles the error."""
    away = is_database_away(sys.exception())
    if _is_api(request):
        return problems.unavailable() if away else problems.problem(500, "fault", "The server has a fault.")
    return errors.unavailable(request) if away else errors.server_error(request)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
