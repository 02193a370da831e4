"""Pages for what went wrong. None of them needs the database, a session or the person's name."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from competition.logs import request_id

RETRY_AFTER_SECONDS = 5


def error_page(status: int, title: str, sentence: str) -> HttpResponse:
    """A whole page, made without the request so that nothing on it asks the database."""
    page = render_to_string(
        "errors/page.html", {"status": status, "title": title, "sentence": sentence, **_request(status)}
    )
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _request(status: int) -> dict[str, str]:
    """By which id the log names the request, where something is to be found there."""
    return {"request_id": request_id()} if status >= 500 else {}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return error_page(
        400, _("The request can't be read"), _("Something in it is malformed. Go back and try once more.")
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return error_page(403, _("Not allowed"), _("You may see that this exists, but not do this with it."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that the server does not recognise as its own."""
    return error_page(
        403,
        _("The form has expired"),
        _(
            "The form was open for too long, you have logged in or out meanwhile, or cookies are "
            "blocked. Go back, reload the page and send the form again; nothing was changed."
        ),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return error_page(404, _("Not found"), _("There is no such page, or none that you may see."))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of the program."""
    return error_page(
        500, _("The server has a fault"), _("That is our mistake, and it has been written down. Try again in a moment.")
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database is away; nothing was changed."""
    response = error_page(
        503,
        _("Not available just now"),
        _("A part of the server is down; nothing was changed and nothing is lost. Try again in a few seconds."),
    )
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
