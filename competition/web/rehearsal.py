"""The organizers' page of a hidden competition: a rehearsal's clock and end, a draft's way into the open, the link."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from competition.errors import Refusal
from competition.models import Competition, Membership, Phase
from competition.operations.delete_rehearsal import delete_rehearsal
from competition.operations.freeze_picks import GRACE
from competition.operations.invite_guests import become_guest, invited_to, renew_guest_link
from competition.operations.make_public import make_public
from competition.operations.move_clock import move_clock
from competition.statuses import status_of
from competition.web.find import frame
from competition.web.organize import organized_competition
from competition.web.private import page_and_form, private

HOUR = timedelta(hours=1)


class ClockForm(forms.Form):
    """An instant of the rehearsal's time, to which its clock goes."""

    to = forms.DateTimeField(
        label=_("To (UTC)"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


@page_and_form
@private
def rehearsal(request: HttpRequest, slug: str) -> HttpResponse:
    """Of a hidden competition: its clock, its link, the previews (GET); does what the form says (POST)."""
    competition = organized_competition(request, slug)
    if not competition.hidden:
        raise Http404
    form = ClockForm(request.POST if request.POST.get("act") == "move" else None, label_suffix="")
    if request.method != "POST":
        return _rehearsal(request, competition, form)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None or (act is _move and not form.is_valid()):
        return _rehearsal(request, competition, form, status=400)
    try:
        said, address = act(request, competition, form)
    except Refusal as refusal:
        return _rehearsal(request, competition, form, fault=refusal.detail, status=status_of(refusal))
    messages.success(request, said)
    return redirect(address)


def _move(request: HttpRequest, competition: Competition, form: forms.Form) -> tuple[str, str]:
    """`seen` is the shift that the page was made with: somebody else's move is not done a second time."""
    seen = request.POST.get("seen", "")
    if seen.isdigit():
        competition.clock_shift = timedelta(microseconds=int(seen[:20]))
    moved = move_clock(competition, organizer=request.user, to=form.cleaned_data["to"])
    sentence = _("In the rehearsal it is {now} UTC now.").format(now=f"{moved.now():%Y-%m-%d %H:%M}")
    return sentence, _address("rehearsal", competition)


def _renew(request: HttpRequest, competition: Competition, form: forms.Form) -> tuple[str, str]:
    renew_guest_link(competition, organizer=request.user)
    return _("This is the new link; the old one opens nothing any more."), _address("rehearsal", competition)


def _publish(request: HttpRequest, competition: Competition, form: forms.Form) -> tuple[str, str]:
    make_public(competition, organizer=request.user)
    return _("Everybody sees it now."), _address("organize", competition)


def _delete(request: HttpRequest, competition: Competition, form: forms.Form) -> tuple[str, str]:
    delete_rehearsal(competition, organizer=request.user, confirm=request.POST.get("confirm", "").strip())
    source = competition.copied_from
    deleted = _("{slug} is deleted.").format(slug=competition.slug)
    return deleted, _address("copies", source) if source else reverse("home")


ACTS: dict[str, Callable[..., tuple[str, str]]] = {
    "move": _move,
    "renew": _renew,
    "publish": _publish,
    "delete": _delete,
}


def _address(name: str, competition: Competition) -> str:
    return reverse(name, args=[competition.slug])


def _rehearsal(
    request: HttpRequest, competition: Competition, form: forms.Form, *, fault: str = "", status: int = 200
) -> HttpResponse:
    competition.refresh_from_db(fields=["clock_shift", "invitation"])
    now = competition.now()
    context = {
        **frame(request, competition, "organize"),
        "now": now,
        "seen": competition.clock_shift // timedelta(microseconds=1),
        "instants": list(_instants(competition, now)),
        "form": form,
        "fault": fault,
        "link": request.build_absolute_uri(reverse("invited", args=[competition.slug, competition.invitation])),
        "guests": competition.guests.order_by("username"),
        "somebody_entered": Membership.objects.filter(competition=competition).exists(),
    }
    return render(request, "organize/rehearsal.html", context, status=status)


def _instants(competition: Competition, now: datetime) -> Iterator[tuple[str, str]]:
    """What an organizer may want to see next, and its instant in UTC; only what is to come."""
    ahead = [(_("a day from now"), now + 24 * HOUR), (_("a week from now"), now + 168 * HOUR)]
    for phase in Phase.every.filter(competition=competition):
        ahead += [
            (_("{phase} opens").format(phase=phase.title), phase.opens_at),
            (_("an hour before {phase} closes").format(phase=phase.title), phase.closes_at - HOUR),
            (_("{phase} has closed, and what stands is frozen").format(phase=phase.title), phase.closes_at + 2 * GRACE),
        ]
        if phase.appeals_until is not None:
            ahead.append((_("appeals to {phase} are over").format(phase=phase.title), phase.appeals_until))
    for said, instant in sorted(ahead, key=lambda pair: pair[1]):
        if instant > now:
            # A minute is begun once more where seconds are cut, so that the instant is not missed.
            yield said, (instant + timedelta(seconds=59)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


@page_and_form
@private
def invited(request: HttpRequest, slug: str, word: str) -> HttpResponse:
    """Says what the link opens (GET), then makes the person a guest (POST)."""
    try:
        competition = invited_to(slug, word)
    except Refusal as refusal:
        raise Http404 from refusal
    context = {"competition": competition}
    if request.method != "POST":
        return render(request, "entry/invited.html", context)
    try:
        become_guest(competition, user=request.user)
    except Refusal as refusal:
        return render(request, "entry/invited.html", {**context, "fault": refusal.detail}, status=status_of(refusal))
    return redirect("competition", slug)
