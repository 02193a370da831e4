"""A hidden competition as others will see it: the real pages, made for somebody else, for its organizers to look at."""

import copy

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from competition.models import Competition, Membership, User
from competition.web.board import board
from competition.web.competition import about, data, rules
from competition.web.organize import organized_competition
from competition.web.private import private
from competition.web.submission import own_submissions
from competition.web.submit import submit_file

PAGES = {"about": about, "data": data, "rules": rules, "submit": submit_file, "submissions": own_submissions}


class Visitor(AnonymousUser):
    """Somebody without an account, to whom one hidden competition is shown."""

    def __init__(self, competition: Competition) -> None:
        super().__init__()
        self.previews = competition.pk


@require_safe
@private
def preview(request: HttpRequest, slug: str, who: str, page: str) -> HttpResponseBase:
    """As the public sees it, or (of a rehearsal) as the first who has entered does. Nothing can be done there."""
    competition = organized_competition(request, slug)
    if not competition.hidden:
        raise Http404
    seen = copy.copy(request)
    seen.user = _viewer(competition, who)
    seen.preview = who
    if page in PAGES:
        return PAGES[page](seen, slug=slug)
    return board(seen, slug=slug, track=page)


def _viewer(competition: Competition, who: str) -> User | Visitor:
    if who == "public":
        return Visitor(competition)
    first = (
        Membership.objects.filter(competition=competition).select_related("user").order_by("joined_at", "pk").first()
    )
    if who != "participant" or not competition.rehearsal or first is None:
        raise Http404
    return first.user
