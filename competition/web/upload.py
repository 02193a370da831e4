"""The body of the upload form: parsed by our own handler, and checked for forgery before anything is kept."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.middleware.csrf import CsrfViewMiddleware

from competition.multipart import Received, receive
from competition.uploading import MemoryUploadHandler, StoringUploadHandler


class Forged(Exception):
    """The form lacks the token of this site; `answer` says so."""

    def __init__(self, answer: HttpResponseBase) -> None:
        super().__init__("CSRF check failed")
        self.answer = answer


class CheckedForm:
    """Reads one form. `fields` are what was filled in, as far as the body has been read.

    Django's middleware looks for the token in `request.POST`, and would parse the body with the site's default upload
    handler. So the view is exempt from the middleware, and the very same check is made here with the token of the
    form that we have parsed ourselves.
    """

    def __init__(self) -> None:
        self.fields = QueryDict()

    def __call__(self, request: HttpRequest, handler: StoringUploadHandler | MemoryUploadHandler) -> Received:
        """The form; raises Forged, or what `receive` raises. The caller drops what the handler has stored."""
        form = receive(request, handler)
        self.fields = form.fields
        _refuse_forgery(request, form.fields.get("csrfmiddlewaretoken", ""))
        return form


def _refuse_forgery(request: HttpRequest, token: str) -> None:
    # The body is read, so that `request.POST` is empty and the check takes the token from the header.
    request.META["HTTP_X_CSRFTOKEN"] = token
    refusal = CsrfViewMiddleware(_nothing).process_view(request, _nothing, (), {})
    if refusal is not None:
        raise Forged(refusal)


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
