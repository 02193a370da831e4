"""Finding what a page's address names, for the person who asks."""

from typing import Any

from django.db.models.functions import Now
from django.http import Http404, HttpRequest

from competition.models import Competition
from competition.web.rescored import NEWS, rescorings


def competition_of(slug: str, viewer: object = None) -> Competition:
    """The competition with its tracks and phases, or 404; a hidden one is there for its organizers and guests alone."""
    competitions = Competition.objects.visible_to(viewer).select_related("manifest").defer("manifest__content")
    competition = (
        competitions.prefetch_related("tracks", "phases__extensions", "brackets__phase", "brackets__track")
        .filter(slug=slug)
        .first()
    )
    if competition is None:
        raise Http404
    return competition


def frame(request: HttpRequest, competition: Competition, tab: str) -> dict[str, Any]:
    """What `competition/layout.html` needs. `board_tag.TOLD` has to know all of it that is everybody's."""
    return {
        "competition": competition,
        "tab": tab,
        "organizes": competition.is_organized_by(request.user),
        "rescorings": rescorings(competition),
        "news": competition.announcements.filter(posted_at__gt=Now() + competition.clock_shift - NEWS).first(),
    }
