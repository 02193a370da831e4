"""The organizers' page of one version of the ground truth: how far it is, what it would change, and the word."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from competition.errors import Refusal
from competition.models import Competition, GroundTruth
from competition.operations.decide_truth import confirm_truth, drop_truth
from competition.operations.rank_changes import rank_changes
from competition.statuses import status_of
from competition.web.find import frame
from competition.web.organize import organized_competition
from competition.web.private import page_and_form, private

SAID = {
    "confirm": _("Confirmed. All boards switch at one instant, in a second or two."),
    "drop": _("Dropped. The boards stay as they are."),
}


@page_and_form
@private
def truth_version(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """Shows the version (GET); lets it take over or drops it, once the slug is typed (POST)."""
    competition = organized_competition(request, slug)
    truth = version_of(competition, version)
    if request.method != "POST":
        return render(request, "organize/truth.html", version_context(request, competition, truth))
    act = "drop" if request.POST.get("act") == "drop" else "confirm"
    decide = drop_truth if act == "drop" else confirm_truth
    try:
        decide(truth, confirm=request.POST.get("confirm", "").strip(), organizer=request.user)
    except Refusal as refusal:
        context = version_context(request, competition, version_of(competition, version))
        context["fault"] = _sentence(refusal, slug)
        return render(request, "organize/truth.html", context, status=status_of(refusal))
    messages.success(request, SAID[act])
    return redirect("organize", slug)


def _sentence(refusal: Refusal, slug: str) -> str:
    return _("Type {slug} to confirm.").format(slug=slug) if refusal.code == "not_confirmed" else refusal.detail


def version_of(competition: Competition, version: int) -> GroundTruth:
    """The version with its progress, or 404."""
    truths = GroundTruth.objects.filter(competition=competition, version=version).with_progress()
    truth = truths.select_related("competition", "created_by").first()
    if truth is None:
        raise Http404
    return truth


def version_context(request: HttpRequest, competition: Competition, truth: GroundTruth) -> dict[str, object]:
    """What `organize/truth.html` needs."""
    staged = truth.state == "staged"
    complete = truth.evaluations_ended == truth.evaluations_in_all
    return {
        **frame(request, competition, "organize"),
        "truth": truth,
        "staged": staged,
        "complete": complete,
        "changes": rank_changes(truth) if staged and complete else [],
    }
