"""The organizers' page of the competition's own deadlines."""

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition.errors import Refusal
from competition.models import Competition, Deadline
from competition.operations.extend_deadline import extend_deadline
from competition.statuses import status_of
from competition.web.find import frame
from competition.web.later import LaterForm, time_field
from competition.web.organize import organized_competition
from competition.web.private import page_and_form, private


class DeadlineForm(LaterForm):
    """Which one, until when in UTC, and why later than was said."""

    field_order = ("deadline", "until", "reason")

    deadline = forms.ChoiceField(choices=Deadline.choices, label=_("Deadline for"))
    until = time_field(_("Until (UTC)"))


def deadlines_of(competition: Competition) -> list[tuple[str, str, datetime]]:
    """Those that are set: field, what for, until when."""
    times = [(deadline.value, deadline.label, getattr(competition, deadline.value)) for deadline in Deadline]
    return [(name, label, until) for name, label, until in times if until is not None]


@page_and_form
@private
def extend_deadlines(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows them (GET), and moves one to a later time (POST)."""
    competition = organized_competition(request, slug)
    deadlines = deadlines_of(competition)
    form = DeadlineForm(request.POST or None)
    form.fields["deadline"].choices = [(name, gettext(label)) for name, label, _until in deadlines]
    if len(deadlines) == 1:
        form.fields["until"].initial = deadlines[0][2].astimezone(UTC)
    context = {**frame(request, competition, "organize"), "form": form, "deadlines": deadlines}
    if request.method != "POST":
        return render(request, "organize/deadlines.html", context)
    if not form.is_valid():
        return render(request, "organize/deadlines.html", context, status=400)
    try:
        extend_deadline(competition, organizer=request.user, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, refusal.detail)
        return render(request, "organize/deadlines.html", context, status=status_of(refusal))
    messages.success(request, _("Extended; everybody sees the new time and the reason."))
    return redirect("deadlines", slug)
