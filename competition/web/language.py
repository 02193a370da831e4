"""In which language a page speaks: what the reader chose, else what the browser asks for, else English.

Programs are spoken to in English, whatever they ask for: the bytes of the API never depend on the language.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

GetResponse = Callable[[HttpRequest], HttpResponseBase]
FOR_PROGRAMS = ("/api/", "/healthz", "/readyz", "/metrics")


def spoken(get_response: GetResponse) -> GetResponse:
    """Middleware: the language holds for the one request alone; of a page every cache is told what it depends on."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        for_program = request.path.startswith(FOR_PROGRAMS)
        language = settings.LANGUAGE_CODE if for_program else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        if not for_program and response.get("Content-Type", "text/html").startswith("text/html"):
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
            response.headers.setdefault("Content-Language", language)
        return response

    return answer


@csrf_exempt
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Keep the choice in a cookie and go back to the page.

    The form stands on pages that set no cookie and that all readers share, so it carries no token: where it comes from
    is told by the browser. Without that word a token is needed as everywhere else.
    """
    choose = require_POST(set_language)
    return choose(request) if _comes_from_here(request) else csrf_protect(choose)(request)


def _comes_from_here(request: HttpRequest) -> bool:
    own = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") in {own, *settings.CSRF_TRUSTED_ORIGINS}
