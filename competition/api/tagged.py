"""Answers with a strong ETag of their own bytes, so that who asks again is told that nothing has changed."""

from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag


def tagged(request: HttpRequest, response: Any) -> Any:
    """The answer with its ETag, or 304 for a caller who has it. What a view renders later is tagged then."""
    if hasattr(response, "add_post_render_callback"):
        response.add_post_render_callback(lambda rendered: _tagged(request, rendered))
        return response
    return _tagged(request, response)


def _tagged(request: HttpRequest, response: Any) -> HttpResponseBase | None:
    tag = quote_etag(sha256(response.content).hexdigest()[:32])
    response["ETag"] = tag
    answer = get_conditional_response(request, etag=tag, response=response)
    if "Retry-After" in response:
        answer["Retry-After"] = response["Retry-After"]
    return answer
