"""The organizers' page of uploads beyond the limits: granting some, those that were granted, taking them back."""

from datetime import UTC
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from competition.errors import Refusal
from competition.models import Competition, Phase, Team, Track
from competition.operations.allow import LONGEST_REASON, MOST_EXTRA, allow, allowances_of, take_back
from competition.statuses import status_of
from competition.web.find import frame
from competition.web.organize import organized_competition
from competition.web.private import page_and_form, private

PAGE_ROWS = 50


class AllowanceForm(forms.Form):
    """Who gets how many uploads more, where, on which day (UTC), and why."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), to_field_name="name")
    phase = forms.ModelChoiceField(Phase.objects.none(), label=_("Phase"), to_field_name="key")
    track = forms.ModelChoiceField(Track.objects.none(), label=_("Track"), to_field_name="kind")
    extra = forms.IntegerField(label=_("Uploads more"), min_value=1, max_value=MOST_EXTRA, initial=1)
    day = forms.DateField(label=_("Day (UTC)"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The team reads it, and it is written down."),
    )

    def __init__(self, competition: Competition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.living().filter(competition=competition).order_by("name")
        self.fields["phase"].queryset = competition.phases.all()
        self.fields["phase"].label_from_instance = lambda phase: phase.title
        self.fields["track"].queryset = competition.tracks.all()
        self.fields["track"].label_from_instance = lambda track: gettext(track.get_kind_display())


@page_and_form
@private
def allowances(request: HttpRequest, slug: str) -> HttpResponse:
    """Those that were given (GET); one more (POST)."""
    competition = organized_competition(request, slug)
    form = AllowanceForm(competition, request.POST or None, initial={"day": competition.now().astimezone(UTC).date()})
    if request.method != "POST":
        return _page(request, competition, form)
    if not form.is_valid():
        return _page(request, competition, form, status=400)
    try:
        allowance = allow(organizer=request.user, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, refusal.detail)
        return _page(request, competition, form, status=status_of(refusal))
    messages.success(
        request,
        _("{name} has {extra} more on {day}.").format(
            name=allowance.team.name, extra=allowance.extra, day=allowance.day.isoformat()
        ),
    )
    return redirect("allowances", slug)


@require_POST
@private
def take_allowance_back(request: HttpRequest, slug: str, allowance_id: int) -> HttpResponse:
    """It counts no more; the reason is needed."""
    competition = organized_competition(request, slug)
    allowance = get_object_or_404(allowances_of(competition), pk=allowance_id)
    try:
        take_back(allowance, organizer=request.user, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        form = AllowanceForm(competition, initial={"day": competition.now().astimezone(UTC).date()})
        more = {"faulty": allowance, "fault": refusal.detail}
        return _page(request, competition, form, status=status_of(refusal), **more)
    messages.success(request, _("What {name} was given is taken back.").format(name=allowance.team.name))
    return redirect("allowances", slug)


def _page(
    request: HttpRequest, competition: Competition, form: AllowanceForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        **frame(request, competition, "organize"),
        "form": form,
        "page": Paginator(allowances_of(competition), PAGE_ROWS).get_page(request.GET.get("page")),
        "longest": LONGEST_REASON,
        **more,
    }
    return render(request, "organize/allowances.html", context, status=status)
