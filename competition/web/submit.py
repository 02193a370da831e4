"""Uploading: what is left, why one can't submit just now and when one can, the form, and the faults of a file."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from competition.errors import QuotaSpent, Refusal, Unavailable
from competition.intake import take_in
from competition.models import Competition, Membership
from competition.multipart import drain
from competition.operations.may_submit import refuse_before_the_body
from competition.operations.submit import LONGEST_KEY, LONGEST_NOTE
from competition.operations.write_csv import csv_rows
from competition.statuses import SAYING_NO, is_disk_away, status_of
from competition.web.find import competition_of, frame
from competition.web.private import page_and_form, uncached
from competition.web.quota import slots_of
from competition.web.refusals import sentence_of
from competition.web.upload import CheckedForm, Forged
from scoring import FaultyFile

ANOTHER_FILE = _("This form has uploaded another file already. Nothing was changed; choose the file again and send it.")
NO_SPACE = _("The server can't store files just now; nothing was kept. Try again in a moment.")


@dataclass(frozen=True)
class Obstacle:
    """Why nothing can be handed in just now, what to do about it, and from when it will be possible."""

    sentence: str
    action: str = ""
    address: str = ""
    possible_from: datetime | None = None


@page_and_form
@csrf_exempt  # the form's token is checked by CheckedForm, after our own handler has read the body
@uncached
def submit_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The page, or an upload. Whatever of a body is left is read, so that the browser sees the answer."""
    competition = competition_of(slug, request.user)
    if request.method != "POST":
        return _page(request, competition)
    answer = _take_upload(request, competition)
    drain(request, 2 * settings.ENVIRONMENT.upload_limit_bytes)
    return answer


def _take_upload(request: HttpRequest, competition: Competition) -> HttpResponseBase:
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("submit", args=[competition.slug]))
    form = CheckedForm()
    try:
        receipt = take_in(request, competition, key=_key_of(request), read_form=form)
    except Forged as forged:
        return forged.answer
    except FaultyFile as faulty:
        return _page(request, competition, form, status=422, **_faults_of(faulty))
    except SAYING_NO as error:
        return _refused(request, competition, form, error)
    except OSError as error:
        if not is_disk_away(error):
            raise
        return _page(request, competition, form, status=503, refusal=NO_SPACE)
    response = redirect("submission", receipt.submission.pk)
    response.status_code = 303
    return response


def _refused(request: HttpRequest, competition: Competition, form: CheckedForm, error: Exception) -> HttpResponseBase:
    sentence = ANOTHER_FILE if getattr(error, "code", "") == "key_reused" else sentence_of(error)
    response = _page(request, competition, form, status=status_of(error), refusal=sentence)
    if isinstance(error, QuotaSpent) and error.retry_after_seconds is not None:
        response["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, Unavailable):
        response["Retry-After"] = "5"
    return response


def _key_of(request: HttpRequest) -> str | None:
    """The form's key is part of its address: an upload that is sent twice is known before its body is read."""
    key = request.GET.get("key", "").replace("\0", "")
    return key[:LONGEST_KEY] or None


def _faults_of(faulty: FaultyFile) -> dict[str, Any]:
    kinds = Counter(problem.code.replace("_", " ") for problem in faulty.problems)
    quoted = list(faulty.quoted) or [None] * len(faulty.problems)
    return {
        "problems": faulty.problems,
        "faults": list(zip(faulty.problems, quoted, strict=True)),
        "total": faulty.total,
        "kinds": kinds.most_common(),
        "as_csv": _as_csv(faulty),
    }


def _as_csv(faulty: FaultyFile) -> str:
    """The faults as an address that holds the file itself: nothing of a refused upload is kept to be fetched later."""
    rows = [list(problem.as_json().values()) for problem in faulty.problems]
    return f"data:text/csv;charset=utf-8,{quote(csv_rows(['code', 'line', 'column', 'value', 'detail'], rows))}"


def obstacle_to(request: HttpRequest, competition: Competition) -> Obstacle | None:
    """What stands in the person's way; None when a file can be handed in."""
    if not request.user.is_authenticated:
        address = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
        return Obstacle(_("Log in to upload a file."), _("Log in"), address)
    try:
        refuse_before_the_body(user=request.user, competition=competition, idempotency_key=None)
    except QuotaSpent as refusal:
        return Obstacle(refusal.detail, possible_from=refusal.resets_at)
    except Refusal as refusal:
        actions = {"not_entered": _("Enter this competition"), "terms_not_accepted": _("Read the new terms")}
        actions["rules_not_accepted"] = _("Read the new rules")
        return Obstacle(refusal.detail, actions.get(refusal.code, ""), reverse("enter", args=[competition.slug]))
    return None


def _page(
    request: HttpRequest, competition: Competition, form: CheckedForm | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    now = competition.now()
    membership = Membership.objects.of(request.user, competition)
    phases = list(competition.phases.all())
    fields = form.fields if form else {}
    context = {
        **frame(request, competition, "submit"),
        "now": now,
        "membership": membership,
        "obstacle": obstacle_to(request, competition),
        "phases": [(phase, phase.state(now)) for phase in phases],
        "taking": [(phase, phase.takes_late(now)) for phase in phases if phase.is_open(now) or phase.takes_late(now)],
        "open_phases": [phase for phase in phases if phase.is_open(now)],
        "slots": slots_of(membership.team, competition, now) if membership else [],
        "values": {name: fields.get(name, "") for name in ("track", "phase", "note")},
        "key": uuid.uuid4(),
        "limit_bytes": settings.ENVIRONMENT.upload_limit_bytes,
        "longest_note": LONGEST_NOTE,
        **more,
    }
    return render(request, "submit/submit.html", context, status=status)
