"""Every error of the API in one form: RFC 9457 problem details."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions

from competition import errors
from competition.logs import request_id
from competition.multipart import IncompleteBody, NotAForm, UploadTooLarge
from competition.operations.read_truth import FaultyTruth
from competition.statuses import is_database_away, is_disk_away, status_of
from scoring import FaultyFile

log = logging.getLogger(__name__)

TITLES = {
    400: "The request is wrong",
    401: "Log in first",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    406: "Not in this form",
    409: "In conflict with what stands",
    413: "Too large",
    415: "Wrong type",
    422: "The file is faulty",
    426: "Upgrade first",
    429: "Limit reached",
    500: "The server has a fault",
    503: "Not available just now",
}


def problem(status: int, code: str, detail: str, **more: Any) -> JsonResponse:
    """One problem document."""
    body = {
        "type": f"urn:problem:{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "code": code,
    }
    if status >= 500 and request_id():
        more["request_id"] = request_id()
    response = JsonResponse({**body, "detail": detail, **more}, status=status)
    response["Content-Type"] = "application/problem+json"
    response["Cache-Control"] = "no-store"
    return response


def answer(error: Exception, context: dict[str, Any]) -> JsonResponse:
    """Django REST framework's exception handler; an unknown fault is logged and becomes a 500."""
    if isinstance(error, FaultyFile):
        of = {"file": error.kind} if isinstance(error, FaultyTruth) else {}
        return problem(422, "faulty_file", _counted(error.total), **error.as_json(), **of)
    if isinstance(error, errors.Refusal):
        return _refused(error)
    if isinstance(error, exceptions.APIException):
        return _framework(error, context)
    if isinstance(error, Http404):
        return problem(404, "not_found", "There is no such thing here, or none that you may see.")
    if isinstance(error, PermissionDenied):
        return problem(403, "forbidden", "You may not do this.")
    return _transport(error)


def _transport(error: Exception) -> JsonResponse:
    if isinstance(error, NotAForm):
        return problem(status_of(error), "not_a_form", "Send the file as multipart/form-data, not packed.")
    if isinstance(error, IncompleteBody):
        return problem(status_of(error), "incomplete_body", "The body ended early or is malformed; send it again.")
    if isinstance(error, UploadTooLarge):
        return problem(status_of(error), "too_large", str(error))
    if isinstance(error, SuspiciousOperation):
        return problem(400, "bad_request", "The request can't be read.")
    if is_database_away(error) or is_disk_away(error):
        return unavailable()
    log.error("a fault of the server", exc_info=error)
    return problem(500, "server_fault", "The server has a fault; it was written down. Nothing is wrong with your side.")


def unavailable() -> JsonResponse:
    """The database or the disk is away; nothing was changed."""
    response = problem(503, "unavailable", "A part of the server is down; nothing was changed. Try again in a moment.")
    response["Retry-After"] = "2"
    return response


def _refused(refusal: errors.Refusal) -> JsonResponse:
    more: dict[str, Any] = {}
    if isinstance(refusal, errors.Invalid):
        more["field"] = refusal.field
    if isinstance(refusal, errors.QuotaSpent):
        more["quota"] = {"limit": refusal.limit, "used": refusal.used, "resets_at": refusal.resets_at}
    response = problem(status_of(refusal), refusal.code, refusal.detail, **more)
    if isinstance(refusal, errors.Unavailable):
        response["Retry-After"] = "5"
    if isinstance(refusal, errors.QuotaSpent) and refusal.retry_after_seconds is not None:
        response["Retry-After"] = str(refusal.retry_after_seconds)
    return response


def _framework(error: exceptions.APIException, context: dict[str, Any]) -> JsonResponse:
    status = error.status_code
    if isinstance(error, exceptions.ValidationError):
        return problem(400, "invalid", "A value is missing or wrong.", fields=error.detail)
    response = problem(status, str(error.get_codes()), f"{error.detail}".removesuffix(".") + ".")
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if isinstance(error, exceptions.Throttled) and error.wait:
        response["Retry-After"] = str(int(error.wait) + 1)
    return response


def _counted(total: int) -> str:
    return "The file has one fault." if total == 1 else f"The file has {total} faults."


@csrf_exempt
def nothing_here(request: HttpRequest, **kwargs: str) -> JsonResponse:
    """What an address below the API that does not exist answers."""
    return problem(404, "not_found", "There is no such address; the schema at /api/v1/schema lists them.")
