"""Moving a time that everybody knows to a later one: the part of the form that is the same for each such time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from competition.operations.reason import LONGEST_REASON


class LaterForm(forms.Form):
    """Why it is later than was said."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A sentence that everybody reads beside the new time."),
    )


def time_field(label: str, **words: Any) -> forms.DateTimeField:
    """A time in UTC, as a browser's own control for it sends one; `words` are the field's own."""
    return forms.DateTimeField(
        label=label,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        **words,
    )
