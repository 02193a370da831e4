"""The organizers' page of copies: clones for another time, rehearsals, and the description as a file."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from competition.errors import Refusal
from competition.models import Competition
from competition.operations.clone import clone, rehearse
from competition.operations.export_description import yaml_of
from competition.statuses import status_of
from competition.web.find import frame
from competition.web.organize import organized_competition
from competition.web.private import page_and_form, private

SLUG = forms.SlugField(
    label=_("Slug"), max_length=80, help_text=_("Its name in addresses: small letters, digits, hyphens.")
)


class RehearsalForm(forms.Form):
    """What a rehearsal is called, and what it is scored against."""

    slug = SLUG
    sealed = forms.BooleanField(
        label=_("With the same hidden labels and split"),
        required=False,
        initial=True,
        help_text=_("Nothing is opened."),
    )


class CloneForm(RehearsalForm):
    """A clone differs in title and dates too."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    shift_days = forms.IntegerField(label=_("Days by which all dates are moved"), initial=365)
    sealed = forms.BooleanField(
        label=_("With the same hidden labels and split"),
        required=False,
        help_text=_("Nothing is opened. Left out, you load labels before you make it public."),
    )
    field_order = ("slug", "title", "shift_days", "sealed")


@page_and_form
@private
def copies(request: HttpRequest, slug: str) -> HttpResponse:
    """The copies that there are, and the forms (GET); makes one (POST)."""
    competition = organized_competition(request, slug)
    asked = request.POST.get("act", "")
    makers = {"clone": (CloneForm, _clone), "rehearse": (RehearsalForm, _rehearse)}
    made = {
        act: form(request.POST if act == asked else None, initial=_names(competition, act), **_looks(act))
        for act, (form, _) in makers.items()
    }
    if request.method != "POST":
        return _copies(request, competition, made)
    if asked not in makers or not made[asked].is_valid():
        return _copies(request, competition, made, 400)
    try:
        copied = makers[asked][1](competition, request, made[asked].cleaned_data)
    except Refusal as refusal:
        made[asked].add_error(None, refusal.detail)
        return _copies(request, competition, made, status_of(refusal))
    messages.success(request, _("Made. Only its organizers, you at first, know of it."))
    return redirect("rehearsal", copied.slug)


def _looks(act: str) -> dict[str, str]:
    """Two forms on one page: ids of their own, and labels without a colon."""
    return {"auto_id": f"{act}_%s", "label_suffix": ""}


def _clone(competition: Competition, request: HttpRequest, words: dict[str, Any]) -> Competition:
    shift = timedelta(days=words.pop("shift_days"))
    return clone(competition, by=request.user, shift=shift, **words)


def _rehearse(competition: Competition, request: HttpRequest, words: dict[str, Any]) -> Competition:
    return rehearse(competition, by=request.user, **words)


def _names(competition: Competition, act: str) -> dict[str, str]:
    ending = "-rehearsal" if act == "rehearse" else "-next"
    return {"slug": competition.slug[: 80 - len(ending)] + ending, "title": competition.title}


def _copies(
    request: HttpRequest, competition: Competition, made: dict[str, forms.Form], status: int = 200
) -> HttpResponse:
    known = Competition.objects.organized_by(request.user).filter(copied_from=competition)
    context = {**frame(request, competition, "organize"), "made": made, "copies": known}
    return render(request, "organize/copies.html", context, status=status)


@require_safe
@private
def description(request: HttpRequest, slug: str) -> HttpResponse:
    """`competition.yaml`, to be saved."""
    competition = organized_competition(request, slug)
    response = HttpResponse(yaml_of(competition), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{competition.slug}-competition.yaml"'
    return response
