"""The audit on a page, for those who run the competition."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from competition.models import AuditEvent, AuditHead
from competition.web.find import frame
from competition.web.organize import organized_competition
from competition.web.private import private

PAGE_ROWS = 50


@require_safe
@private
def audit(request: HttpRequest, slug: str) -> HttpResponse:
    """Every act of an organizer, newest first."""
    competition = organized_competition(request, slug)
    events = AuditEvent.objects.filter(competition=competition).select_related("actor").order_by("-number")
    context = {
        **frame(request, competition, "organize"),
        "page": Paginator(events, PAGE_ROWS).get_page(request.GET.get("page")),
        "head": AuditHead.objects.filter(competition=competition).first(),
    }
    return render(request, "organize/audit.html", context)
