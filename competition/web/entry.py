"""Entering a competition: its terms are shown and accepted, a team is founded or joined."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from competition.errors import Conflict, Invalid, Refusal
from competition.models import Competition, Membership
from competition.operations.accept_rules import accept_rules, rules_to_accept
from competition.operations.ask_to_enter import LONGEST_ANSWER
from competition.operations.enter import accept_terms, enter, has_accepted_terms
from competition.operations.name_team import LONGEST_NAME
from competition.statuses import status_of
from competition.web.find import competition_of, frame
from competition.web.private import page_and_form, private

TICK = _("Read the terms and tick the box to accept them.")
CHANGED = _("The terms have changed since you opened this page. Read them as they are now, then tick the box.")
TICK_RULES = _("Read the rules and tick the box to accept them.")
RULES_CHANGED = _("The rules have changed since you opened this page. Read them as they are now, then tick the box.")
NO_INVITATION = _("Enter the invitation that a member of the team gave you.")
ENTERED = _("You are in the team “{name}”. Others join it with the invitation on the page “My team”.")


@page_and_form
@private
def enter_competition(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter, or accept a new version of the terms or the rules; who has done all goes on to the upload."""
    competition = competition_of(slug, request.user)
    membership = Membership.objects.of(request.user, competition)
    if membership is not None and _has_accepted_all(request, competition):
        return redirect("submit", slug)
    if request.method != "POST":
        return _page(request, competition, membership, _values_from(request))
    try:
        _take_part(request, competition, membership)
    except Refusal as refusal:
        if refusal.code == "entered_already":
            return redirect("submit", slug)
        fault = _beside_its_field(request, refusal)
        return _page(request, competition, membership, _values_from(request), fault, status_of(refusal))
    if membership is None:
        entered = Membership.objects.of(request.user, competition)
        messages.success(request, ENTERED.format(name=entered.team.name if entered else ""))
    return redirect("submit", slug)


def _has_accepted_all(request: HttpRequest, competition: Competition) -> bool:
    return has_accepted_terms(request.user, competition) and rules_to_accept(request.user, competition) is None


def _accept(request: HttpRequest, competition: Competition) -> None:
    """A member accepts what it has not accepted yet; all or nothing."""
    rules = rules_to_accept(request.user, competition)
    if rules is not None and request.POST.get("accept_rules", "") != rules.version:
        raise Invalid("rules_not_accepted", TICK_RULES, field="accept_rules")
    if not has_accepted_terms(request.user, competition):
        accept_terms(user=request.user, competition=competition, version=request.POST.get("accept_terms", ""))
    if rules is not None:
        accept_rules(user=request.user, competition=competition, number=rules.number)


def _take_part(request: HttpRequest, competition: Competition, membership: Membership | None) -> None:
    form = request.POST
    if membership is not None:
        _accept(request, competition)
        return
    if form.get("way") == "join":
        invitation = form.get("invitation", "").strip().replace("\0", "")
        if not invitation:
            raise Invalid("invitation_missing", NO_INVITATION, field="invitation")
        team = {"invitation": invitation}
    else:
        team = {"team": form.get("team", "")}
    answers = [form.get(name, "") for name, _ in _questions_of(competition)]
    enter(
        user=request.user,
        competition=competition,
        accept_terms=form.get("accept_terms", ""),
        accept_rules=form.get("accept_rules", ""),
        answers=answers,
        **team,
    )


def _questions_of(competition: Competition) -> list[tuple[str, str]]:
    """The organizers' questions to entrants, each with the name of its field."""
    return [(f"answer-{place}", question) for place, question in enumerate(competition.questions or [], start=1)]


def _beside_its_field(request: HttpRequest, refusal: Refusal) -> dict[str, str]:
    if refusal.code == "terms_not_accepted":
        return {"accept_terms": CHANGED if request.POST.get("accept_terms") else TICK}
    if refusal.code == "rules_not_accepted":
        return {"accept_rules": RULES_CHANGED if request.POST.get("accept_rules") else TICK_RULES}
    if isinstance(refusal, Invalid):
        return {refusal.field: refusal.detail}
    return {"team" if isinstance(refusal, Conflict) else "form": refusal.detail}


def _values_from(request: HttpRequest) -> dict[str, str]:
    """What was typed; an invitation may also come with the address that a member has passed on."""
    invitation = request.POST.get("invitation", request.GET.get("invitation", ""))
    way = request.POST.get("way", "join" if invitation else "found")
    return {
        "way": way,
        "team": request.POST.get("team", ""),
        "invitation": invitation,
        "accept_terms": request.POST.get("accept_terms", ""),
        "accept_rules": request.POST.get("accept_rules", ""),
    }


def _page(
    request: HttpRequest,
    competition: Competition,
    membership: Membership | None,
    values: dict[str, str],
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    terms = competition.current_terms()
    if membership is not None and has_accepted_terms(request.user, competition):
        terms = None
    rules = rules_to_accept(request.user, competition)
    context = {
        **frame(request, competition, "submit"),
        "membership": membership,
        "terms": terms,
        "rules": rules,
        "ticked_rules": rules is not None and values["accept_rules"] == rules.version,
        "ticked": terms is not None and values["accept_terms"] == terms.version,
        "values": values,
        "questions": [(name, question, request.POST.get(name, "")) for name, question in _questions_of(competition)],
        "longest_answer": LONGEST_ANSWER,
        "entry_over": competition.entry_until is not None and competition.now() >= competition.entry_until,
        "faults": faults or {},
        "longest_name": LONGEST_NAME,
    }
    return render(request, "entry/enter.html", context, status=status)
