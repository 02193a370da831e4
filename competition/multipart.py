"""The body of a multipart form: read as far as it goes, its files handed to an upload handler while they come.

What is wrong with a body is told apart here; `statuses.py` says what it is answered with.
"""

import html
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from competition.errors import Invalid
from competition.uploading import CHUNK_BYTES, MemoryUploadHandler, StoringUploadHandler

LONGEST_FILE_NAME = 255
BODY_PER_LIMIT = 4
"""How many times a file's limit a body may be before the rest of it is not even thrown away."""


class IncompleteBody(Exception):
    """The connection ended before the body did, or the body is not what its headers say."""


@dataclass(frozen=True)
class Received:
    """The fields and files of a form."""

    fields: QueryDict
    files: MultiValueDict[str, UploadedFile]


class NotAForm(Exception):
    """The body is no multipart form, or it is packed."""


class UploadTooLarge(Exception):
    """The uploaded file is over the limit."""


class _Body:
    """A request's body that knows how many bytes of it were read, and reads no more than so many.

    Django reads as far as Content-Length says; a body in chunks has none, and its server says where it ends.
    """

    def __init__(self, request: HttpRequest, most: int) -> None:
        self._request = request
        self._in_chunks = bool(request.META.get("wsgi.input_terminated")) and not request.META.get("CONTENT_LENGTH")
        self._most = most
        self.expected = 1 if self._in_chunks else int(request.META.get("CONTENT_LENGTH") or 0)
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        data = self._read_chunks(size) if self._in_chunks else self._request.read(size)
        self.count += len(data)
        if self.count > self._most:
            raise UploadTooLarge(_("The body is over {most} bytes.").format(most=self._most))
        return data

    def _read_chunks(self, size: int) -> bytes:
        try:
            return self._request.META["wsgi.input"].read(size)
        except Exception as error:
            raise IncompleteBody from error


class _Parser(MultiPartParser):
    """Django's, which leaves out of a file's name what can't be printed, and cuts it: here such a name is refused."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        if any(unicodedata.category(char) == "Cc" for char in html.unescape(file_name)):
            raise Invalid("file_name", _("The file's name holds a control character: rename the file."), field="file")
        name = super().sanitize_file_name(file_name)
        if name is not None and len(name) > LONGEST_FILE_NAME:
            detail = _("A file's name has at most {most} characters: rename the file.")
            raise Invalid("file_name_too_long", detail.format(most=LONGEST_FILE_NAME), field="file")
        return name


def receive(request: HttpRequest, handler: StoringUploadHandler | MemoryUploadHandler) -> Received:
    """Read a multipart form whose files go through the handler; raises NotAForm, IncompleteBody or Invalid.

    A file over the handler's limit is not an error here: `handler.too_large` says so, and the rest of the body
    has been read and thrown away, so that the answer reaches the sender. A body of several times the limit is
    UploadTooLarge.
    """
    if (
        request.content_type != "multipart/form-data"
        or request.headers.get("Content-Encoding", "identity") != "identity"
    ):
        raise NotAForm
    body = _Body(request, BODY_PER_LIMIT * handler.limit_bytes)
    headers = request.META | {"CONTENT_LENGTH": str(body.expected)}
    try:
        fields, files = _Parser(headers, body, [handler], request.encoding or "utf-8").parse()
    except RequestDataTooBig as error:
        raise UploadTooLarge(_("The fields beside the file are too long.")) from error
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError) as error:
        raise IncompleteBody from error
    if handler.interrupted or body.count < body.expected:
        raise IncompleteBody
    return Received(fields, files)


def drain(request: HttpRequest, limit_bytes: int) -> None:
    """Read and throw away what is left of a body, up to a limit, so that a sender who is refused hears why."""
    body = _Body(request, limit_bytes)
    try:
        while body.read(CHUNK_BYTES):
            pass
    except (UnreadablePostError, OSError, IncompleteBody, UploadTooLarge):
        return
