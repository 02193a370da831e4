"""An upload comes in over HTTP, by the API or from a page: judge the sender, stream the file, judge the file."""

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from competition import storage, tally
from competition.errors import Invalid, Refusal
from competition.models import Competition, Team
from competition.multipart import Received, UploadTooLarge, receive
from competition.operations.may_submit import refuse_before_the_body, refuse_by_fields
from competition.operations.submit import Receipt, Words, submit
from competition.uploading import StoringUploadHandler

ReadForm = Callable[[HttpRequest, StoringUploadHandler], Received]


def take_in(
    request: HttpRequest, competition: Competition, *, key: str | None, read_form: ReadForm = receive
) -> Receipt:
    """Take in the one file of a form. `key` is the sender's idempotency key; `read_form` reads the body.

    Raises a Refusal (before the body is read where that can be known), UploadTooLarge, what `read_form` raises, or
    FaultyFile with every fault; then nothing is kept.
    """
    limit = settings.ENVIRONMENT.upload_limit_bytes
    handler = StoringUploadHandler(limit)
    try:
        team = refuse_before_the_body(user=request.user, competition=competition, idempotency_key=key)
        form = read_form(request, handler)
        if handler.too_large:
            _refuse_by_fields(team, competition, form)
            raise UploadTooLarge(_("A file has at most {limit} bytes.").format(limit=limit))
        words, incoming = _words(form, key)
        return submit(author=request.user, competition=competition, incoming=incoming, words=words)
    except BaseException as error:
        handler.drop_all()
        tally.count("upload_refused", _code(error))
        raise


def _code(error: BaseException) -> str:
    """What the figures call a refusal: its code, or the kind of the fault."""
    return error.code if isinstance(error, Refusal) else type(error).__name__


def _refuse_by_fields(team: Team, competition: Competition, form: Received) -> None:
    """A closed phase and a spent quota come before the size of the file, where the fields came before the file."""
    with suppress(Invalid):
        refuse_by_fields(
            team=team,
            competition=competition,
            track=form.fields.get("track", ""),
            phase=form.fields.get("phase") or None,
        )


def _words(form: Received, key: str | None) -> tuple[Words, storage.Incoming]:
    files = form.files.getlist("file")
    if len(files) != 1 or len(list(form.files)) != 1:
        raise Invalid("one_file", _('Send exactly one file, in the field "file".'), field="file")
    if files[0].size == 0:
        raise Invalid("empty_file", _("The file is empty."), field="file")
    words = Words(
        track=form.fields.get("track", ""),
        phase=form.fields.get("phase") or None,
        note=form.fields.get("note", ""),
        file_name=files[0].name or "",
        idempotency_key=key,
    )
    return words, files[0].incoming
