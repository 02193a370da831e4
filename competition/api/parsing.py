"""How requests are read: what a client would like to get back is no reason to refuse it, and JSON is small."""

import io
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import NotAcceptable, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from competition.multipart import UploadTooLarge

LARGEST_JSON_BYTES = 64 * 1024


def said(form: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """What the caller has sent, in its form; raises ValidationError with what is wrong with each value."""
    words = form(data=request.data)
    words.is_valid(raise_exception=True)
    return dict(words.validated_data)


class LenientNegotiation(DefaultContentNegotiation):
    """Each address has one form; who asks for another with `Accept` gets this one (RFC 9110 leaves that open)."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        """What is asked for, else the first."""
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except NotAcceptable:
            return renderers[0], renderers[0].media_type


class SmallJSONParser(JSONParser):
    """JSON that is neither large nor nested without end."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The parsed body; raises UploadTooLarge or ParseError."""
        content = stream.read(LARGEST_JSON_BYTES + 1)
        if len(content) > LARGEST_JSON_BYTES:
            raise UploadTooLarge(f"A JSON body has at most {LARGEST_JSON_BYTES} bytes.")
        try:
            return super().parse(io.BytesIO(content), media_type, parser_context)
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error
