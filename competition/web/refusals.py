"""What a page tells the person when it says no."""

from django import forms
from django.utils.translation import gettext_lazy as _

from competition import errors
from competition.multipart import IncompleteBody, NotAForm

_SENTENCES: dict[type[Exception], str] = {
    NotAForm: _("The form came in a way that can't be read. Load this page again and send it once more."),
    IncompleteBody: _("The upload broke off before its end, so nothing was kept. Send the file again."),
}


def sentence_of(error: Exception) -> str:
    """What one of `statuses.SAYING_NO` tells the person."""
    if isinstance(error, errors.Refusal):
        return error.detail
    return _SENTENCES.get(type(error), str(error))


def add_refusal(form: forms.Form, refusal: errors.Refusal) -> None:
    """Say no beside the field that it is about, or above the form where there is none."""
    known = isinstance(refusal, errors.Invalid) and refusal.field in form.fields
    form.add_error(refusal.field if known else None, refusal.detail)
