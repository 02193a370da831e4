"""For views that take files: a sender who is refused before the body was read still gets to see the answer."""

from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from competition.multipart import drain


class DrainingView(APIView):
    """Reads and throws away what is left of the body once the answer is made.

    A server that closes a connection with unread bytes resets it, and the answer is lost on the way.
    """

    def finalize_response(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> Any:
        """Drain, then answer."""
        drain(getattr(request, "_request", request), 2 * settings.ENVIRONMENT.upload_limit_bytes)
        return super().finalize_response(request, response, *args, **kwargs)
