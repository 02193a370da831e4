"""What the status of a page is that says no."""

from competition import errors
from competition.operations.check_file import WrongType
from competition.uploading import IncompleteBody, NotAForm, UploadTooLarge

SAYING_NO = (errors.Refusal, NotAForm, IncompleteBody, UploadTooLarge)

_STATUS: dict[type[Exception], int] = {
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Invalid: 400,
    errors.QuotaSpent: 429,
    errors.Unavailable: 503,
    WrongType: 415,
    NotAForm: 415,
    IncompleteBody: 400,
    UploadTooLarge: 413,
}
_SENTENCES: dict[type[Exception], str] = {
    NotAForm: "The form came in a way that can't be read. Load this page again and send it once more.",
    IncompleteBody: "The upload broke off before its end, so nothing was kept. Send the file again.",
}


def status_of(error: Exception) -> int:
    """The HTTP status of one of SAYING_NO."""
    return next(status for kind, status in _STATUS.items() if isinstance(error, kind))


def sentence_of(error: Exception) -> str:
    """What one of SAYING_NO tells the person."""
    if isinstance(error, errors.Refusal):
        return error.detail
    return _SENTENCES.get(type(error), str(error))
