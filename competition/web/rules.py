"""The versions of a competition's rules: reading one and what it changes, accepting it, publishing the next."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from competition.errors import Refusal
from competition.models import Competition, Membership, RulesAcceptance
from competition.operations.accept_rules import accept_rules
from competition.operations.compare_rules import changes_of
from competition.operations.publish_rules import (
    LONGEST_TEXT,
    LONGEST_VERSION,
    MOST_NOTICE_DAYS,
    USUAL_NOTICE_DAYS,
    publish_rules,
)
from competition.operations.reason import LONGEST_REASON
from competition.statuses import status_of
from competition.web.find import competition_of, frame
from competition.web.later import time_field
from competition.web.organize import organized_competition
from competition.web.private import page_and_form, private
from competition.web.refusals import add_refusal


def rules_facts(request: HttpRequest, competition: Competition) -> dict[str, Any]:
    """What the pages show of the rules: the version in force, those to come, all of them, and what is accepted."""
    now = competition.now()
    versions = list(competition.rules_versions.all())
    in_force = next((rules for rules in reversed(versions) if rules.in_force_at <= now), None)
    accepted: dict[int, Any] = {}
    if request.user.is_authenticated:
        mine = RulesAcceptance.objects.filter(user=request.user, rules__competition=competition)
        accepted = dict(mine.values_list("rules__number", "accepted_at"))
    for rules in versions:
        rules.accepted_at = accepted.get(rules.number)
    return {
        "rules_in_force": in_force,
        "rules_coming": [rules for rules in versions if rules.in_force_at > now],
        "rules_versions": versions[::-1],
        "rules_accepted": accepted,
        "membership": Membership.objects.of(request.user, competition),
    }


@require_safe
def one_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The text of a version, its dates, and what it changes against the one before."""
    return _version(request, competition_of(slug, request.user), number)


@require_POST
@private
def accept_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The person accepts it, at once or before it is in force."""
    competition = competition_of(slug, request.user)
    try:
        accept_rules(user=request.user, competition=competition, number=number)
    except Refusal as refusal:
        return _version(request, competition, number, refusal)
    messages.success(request, _("Accepted, and written down with the time."))
    return redirect("rules-version", slug, number)


def _version(
    request: HttpRequest, competition: Competition, number: int, refusal: Refusal | None = None
) -> HttpResponse:
    rules = get_object_or_404(competition.rules_versions, number=number)
    facts = rules_facts(request, competition)
    current = facts["rules_in_force"]
    context = {
        **frame(request, competition, "rules"),
        **facts,
        "rules": rules,
        "changes": changes_of(rules),
        "accepted_at": facts["rules_accepted"].get(rules.number),
        "is_current": rules == current,
        "is_coming": rules in facts["rules_coming"],
        "fault": refusal.detail if refusal else "",
    }
    return render(request, "rules/version.html", context, status=status_of(refusal) if refusal else 200)


class RulesForm(forms.Form):
    """The next version of the rules."""

    version = forms.CharField(
        label=_("Version"), max_length=LONGEST_VERSION, help_text=_("What participants call it by, such as 2 or 1.1.")
    )
    text = forms.CharField(
        label=_("Text (Markdown)"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 16}), strip=True
    )
    in_force_at = time_field(
        _("In force from (UTC)"), required=False, help_text=_("Left empty: when the promised notice ends.")
    )
    short_notice = forms.CharField(
        label=_("Why the notice is shorter"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only for an instant before the notice ends. Everybody reads it."),
    )
    notice_days = forms.IntegerField(
        label=_("Notice that the next change needs (days)"), required=False, min_value=0, max_value=MOST_NOTICE_DAYS
    )


@page_and_form
@private
def new_version(request: HttpRequest, slug: str) -> HttpResponse:
    """A form (GET), then the next version is published and everybody told (POST)."""
    competition = organized_competition(request, slug)
    latest = competition.rules_versions.last()
    before = {"text": latest.text, "notice_days": latest.notice_days} if latest else {"notice_days": USUAL_NOTICE_DAYS}
    form = RulesForm(request.POST or None, initial=before)
    context = {**frame(request, competition, "organize"), "form": form, "latest": latest}
    if request.method != "POST":
        return render(request, "organize/rules.html", context)
    if not form.is_valid():
        return render(request, "organize/rules.html", context, status=400)
    try:
        rules = publish_rules(competition, organizer=request.user, **form.cleaned_data)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return render(request, "organize/rules.html", context, status=status_of(refusal))
    messages.success(request, _("Published. Everybody who takes part is told."))
    return redirect("rules-version", slug, rules.number)
