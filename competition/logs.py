"""What is logged, and in which form: one JSON object a line, or a readable line.

Nothing about persons is logged: no address of mail or network, no token, no text that somebody sent. A request is named
by a random id and by the pattern of its route. Of an exception the type and the places are told, not its text, which
may hold a value of a row or a file; LOG_ERROR_TEXTS tells it too, for as long as somebody looks for a fault.
"""

import json
import logging
import re
import time
import traceback
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

_request: ContextVar[str] = ContextVar("request", default="")
_MAIL = re.compile(r"[^\s<>'\"(),;:=]+@[^\s<>'\"(),;]+")
_TOKEN = re.compile(r"(?i)(bearer\s+|://[^/\s:@]*:)[^\s@'\"]+")

log = logging.getLogger("competition.requests")


def request_id() -> str:
    """Of the request that this thread answers; empty outside of one. A page of an error shows it."""
    return _request.get()


def scrubbed(text: str) -> str:
    """The text without what looks like an address of mail, a bearer token or the password of a connection string."""
    return _MAIL.sub("[address]", _TOKEN.sub(r"\1[secret]", text))


class _Lines(logging.Formatter):
    def __init__(self, error_texts: bool = False) -> None:
        super().__init__()
        self.error_texts = error_texts

    def said(self, record: logging.LogRecord) -> str:
        """The message. Those of Django and gunicorn about a request would name its path, where anything may stand."""
        if record.name.startswith("django.request") or record.name.startswith("django.security"):
            return f"answered {getattr(record, 'status_code', 'with a refusal')}"
        if record.name == "gunicorn.error" and record.levelno > logging.INFO:
            return str(record.msg).partition(" from ip=")[0].replace("%s", "…")
        return scrubbed(record.getMessage())

    def fault(self, record: logging.LogRecord) -> dict[str, object]:
        """The type of the exception and the places that it came through, innermost last."""
        if not record.exc_info or record.exc_info[1] is None:
            return {}
        error = record.exc_info[1]
        places = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        found: dict[str, object] = {"error": type(error).__name__, "places": places[-25:]}
        if self.error_texts:
            found["text"] = scrubbed(str(error))
        return found


class JsonLines(_Lines):
    """For programs: time, level, logger, request, message, and what is particular to a line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": request_id() or None,
            "message": self.said(record),
            **getattr(record, "facts", {}),
            **self.fault(record),
        }
        return json.dumps({name: value for name, value in line.items() if value is not None})


class PlainLines(_Lines):
    """For people."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and one for each place of a fault."""
        when = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
        fault = self.fault(record)
        facts = " ".join(f"{name}={value}" for name, value in getattr(record, "facts", {}).items())
        line = " ".join(filter(None, [when, record.levelname, record.name, request_id(), self.said(record), facts]))
        if not fault:
            return line
        places: list[str] = fault["places"]  # type: ignore[assignment]
        return "\n".join([line, *(f"    {place}" for place in places), f"    {fault['error']} {fault.get('text', '')}"])


def numbered(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: each request gets an id, and one line when it is answered."""
    from django.conf import settings

    def answer(request: HttpRequest) -> HttpResponse:
        before = _request.set(uuid.uuid4().hex)
        began = time.monotonic()
        try:
            response = get_response(request)
            match = request.resolver_match
            facts = {
                "method": request.method if request.method in _METHODS else "other",
                "route": match.route if match else None,
                "status": response.status_code,
                "ms": round((time.monotonic() - began) * 1000),
            }
            if settings.ENVIRONMENT.log_addresses:
                facts["address"] = request.META.get("REMOTE_ADDR")
            quiet = match is not None and match.route in _ASKED_ALL_THE_TIME and response.status_code < 400
            log.log(logging.DEBUG if quiet else logging.INFO, "answered", extra={"facts": facts})
            return response
        finally:
            _request.reset(before)

    return answer


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_ASKED_ALL_THE_TIME = frozenset({"healthz", "readyz", "metrics"})
