"""Which HTTP status says what went wrong: one answer, whether the API gives it or a page."""

import errno

from django.db import InterfaceError, OperationalError

from competition import errors
from competition.multipart import IncompleteBody, NotAForm, UploadTooLarge
from competition.operations.check_file import WrongType

SAYING_NO = (errors.Refusal, NotAForm, IncompleteBody, UploadTooLarge)
"""What is raised where the fault lies with the request, the rules or the moment, and not with the program."""

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
_NO_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)


def status_of(error: Exception) -> int:
    """The HTTP status of one of SAYING_NO."""
    return next(status for kind, status in _STATUS.items() if isinstance(error, kind))


def is_disk_away(error: Exception) -> bool:
    """Whether the disk is full, broken or can't be written: 503, not a fault of the program."""
    return isinstance(error, OSError) and error.errno in _NO_DISK


def is_database_away(error: BaseException | None) -> bool:
    """Whether the database can't be reached or has broken off: 503, not a fault of the program."""
    return isinstance(error, OperationalError | InterfaceError)
