"""What caches may keep: nobody's own page for anybody else, and a part that is asked for again only when it changes."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def private_to_the_logged_in(get_response: GetResponse) -> GetResponse:
    """Middleware: what a page says of caching stands; where it says nothing it is the person's own, and asked anew."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if "no-store" in response.get("Cache-Control", "") or request.path.startswith("/api/"):
            return response
        if request.user.is_authenticated:
            if not response.has_header("Cache-Control"):
                patch_cache_control(response, private=True, no_cache=True)
            patch_vary_headers(response, ["Cookie"])
        return response

    return answer


def unless_same(request: HttpRequest, html: str) -> HttpResponseBase:
    """The part of a page, or 304 without it where the asker has it already.

    The ETag is a hash of the part itself: it tells no more than the part does, and is another one whenever that is.
    """
    etag = f'"{hashlib.sha256(html.encode()).hexdigest()}"'
    response = HttpResponse(html)
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
