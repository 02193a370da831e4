"""The audit on a page, for those who run the competition."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from competition.models import AuditHead, ImportedEvent
from competition.operations.read_audit import acts_and_actors_of, events_of, people_named_in
from competition.web.find import frame
from competition.web.organize import organized_competition
from competition.web.private import private

PAGE_ROWS = 50


@require_safe
@private
def audit(request: HttpRequest, slug: str) -> HttpResponse:
    """Every act of an organizer, newest first, or those of an act or a person."""
    competition = organized_competition(request, slug)
    wanted = {name: request.GET.get(name, "") for name in ("act", "actor")}
    acts, actors = acts_and_actors_of(competition)
    page = Paginator(events_of(competition, **wanted), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        **frame(request, competition, "organize"),
        "page": page,
        "people": sorted(people_named_in(page.object_list).items()),
        "imported": ImportedEvent.objects.filter(competition=competition).count(),
        "head": AuditHead.objects.filter(competition=competition).first(),
        "acts": acts,
        "actors": actors,
        "wanted": wanted,
        "query": urlencode({name: value for name, value in wanted.items() if value}),
    }
    return render(request, "organize/audit.html", context)
