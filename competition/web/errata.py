"""Suspected errors in the labels: the public log, a team's own reports, and the organizers' queue with its answers."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from competition.errors import Refusal
from competition.models import Competition, Membership, Outcome
from competition.operations.answer_errata import SENTENCES, decide_errata, held_by, link_errata, publish_errata
from competition.operations.errata_log import answer_to, errata_log, queue_of, reports_of
from competition.operations.report_erratum import LONGEST_TEXT, MOST_A_DAY, report_erratum
from competition.statuses import status_of
from competition.web.find import competition_of, frame
from competition.web.organize import organized_competition
from competition.web.private import page_and_form, private
from competition.web.refusals import add_refusal

LARGEST_VERSION = 2**31 - 1


class ReportForm(forms.Form):
    """What may be wrong with which image."""

    image_id = forms.CharField(label=_("Image"), max_length=200, help_text=_("As it stands in the list of images."))
    label = forms.ChoiceField(label=_("Label, if it is about one"), required=False)
    text = forms.CharField(
        label=_("What is wrong"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}), strip=True
    )

    def __init__(self, competition: Competition, *words: object, **more: object) -> None:
        super().__init__(*words, **more)
        labels = sorted({label for track in competition.tracks.all() for label in track.labels})
        self.fields["label"].choices = [("", _("none in particular")), *((label, label) for label in labels)]


@require_safe
def log(request: HttpRequest, slug: str) -> HttpResponse:
    """What was reported, corrected and declined, by batch."""
    competition = competition_of(slug, request.user)
    context = {**frame(request, competition, "data"), "batches": errata_log(competition)}
    return render(request, "errata/log.html", context)


@page_and_form
@private
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """The team's own reports and a form (GET); reports one (POST)."""
    competition = competition_of(slug, request.user)
    membership = Membership.objects.of(request.user, competition)
    if membership is None:
        return redirect("enter", slug)
    form = ReportForm(competition, request.POST or None, initial={"image_id": request.GET.get("image", "")})
    if request.method != "POST":
        return _reports(request, competition, membership, form)
    if not form.is_valid():
        return _reports(request, competition, membership, form, status=400)
    try:
        report_erratum(user=request.user, competition=competition, **form.cleaned_data)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return _reports(request, competition, membership, form, status=status_of(refusal))
    messages.success(request, _("Reported. Your team and the organizers see it, and nobody else."))
    return redirect("report-erratum", slug)


def _reports(
    request: HttpRequest, competition: Competition, membership: Membership, form: ReportForm, status: int = 200
) -> HttpResponse:
    context = {
        **frame(request, competition, "data"),
        "form": form,
        "membership": membership,
        "reports": [(one, answer_to(one)) for one in reports_of(membership.team)],
        "most_a_day": MOST_A_DAY,
    }
    return render(request, "errata/report.html", context, status=status)


@require_safe
@private
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """What is not answered yet, by image, and the batches that are published."""
    return _queue(request, organized_competition(request, slug))


@require_POST
@private
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """Writes down an outcome for the ticked reports of an image."""
    competition = organized_competition(request, slug)
    try:
        reports = [UUID(ticked) for ticked in request.POST.getlist("report")]
    except ValueError:
        reports = []
    try:
        decided = decide_errata(
            competition,
            organizer=request.user,
            outcome=request.POST.get("outcome", ""),
            reports=reports,
            image_id="" if reports else request.POST.get("image_id", "").replace("\0", ""),
        )
    except Refusal as refusal:
        return _queue(request, competition, refusal)
    messages.success(
        request,
        _("Written down for {decided} of the reports. Nobody is told before you publish.").format(decided=len(decided)),
    )
    return redirect("errata-queue", slug)


@require_POST
@private
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Tells every team concerned what has been decided."""
    competition = organized_competition(request, slug)
    try:
        batch = publish_errata(competition, organizer=request.user, version=_version_of(request))
    except Refusal as refusal:
        return _queue(request, competition, refusal)
    messages.success(request, _("Batch {number} is published, and its teams are told.").format(number=batch.number))
    return redirect("errata-queue", slug)


@require_POST
@private
def link(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Names the version of the ground truth that corrects what was accepted in a batch."""
    competition = organized_competition(request, slug)
    batch = get_object_or_404(competition.errata_batches, number=number)
    try:
        link_errata(batch, organizer=request.user, version=_version_of(request) or 0)
    except Refusal as refusal:
        return _queue(request, competition, refusal)
    messages.success(request, _("It stands in the errata log."))
    return redirect("errata-queue", slug)


def _version_of(request: HttpRequest) -> int | None:
    """A version's number; 0, which there is not, for what is none."""
    typed = request.POST.get("version", "").strip()
    if not typed:
        return None
    return min(int(typed), LARGEST_VERSION) if typed.isascii() and typed.isdecimal() and len(typed) < 12 else 0


def _queue(request: HttpRequest, competition: Competition, refusal: Refusal | None = None) -> HttpResponse:
    images = queue_of(competition)
    context = {
        **frame(request, competition, "organize"),
        "images": images,
        "decided": sum(bool(report.outcome) for image in images for report in image.reports),
        "held_by": held_by(competition),
        "outcomes": [(outcome, outcome.label, SENTENCES[outcome]) for outcome in Outcome],
        "versions": competition.ground_truths.filter(dropped_at=None).order_by("-version"),
        "batches": errata_log(competition),
        "fault": refusal.detail if refusal else "",
    }
    return render(request, "organize/errata.html", context, status=status_of(refusal) if refusal else 200)
