"""No cache shares the page of a person who is logged in with anybody else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers

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
