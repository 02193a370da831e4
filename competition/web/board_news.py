"""Whether a board that somebody looks at is still the newest: small, everybody's, and cheap to ask for again."""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from competition.models import Board, Competition, Phase, Results
from competition.web.caching import unless_same


@require_safe
def board_news(request: HttpRequest, slug: str, track: str) -> HttpResponseBase:
    """A sentence, and a link where there is a newer board than the one of version `seen` in the phase that is named.

    One question to the database for a public competition, whoever asks: the same for all, without an account.
    """
    facts = _facts(slug, track, request.GET.get("phase", ""))
    if facts is None:
        raise Http404
    if facts["competition__hidden"]:
        _refuse_unless_visible(request, slug)
    is_newer = facts["version"] is not None and request.GET.get("seen", "") != str(facts["version"])
    news = {"slug": slug, "track": track, "is_newer": is_newer, "final": facts["results"] == Results.FINAL, **facts}
    response = unless_same(request, render_to_string("competition/board_news.html", news))
    if facts["competition__hidden"]:
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    return response


def _refuse_unless_visible(request: HttpRequest, slug: str) -> None:
    """404 where the person may not know of the competition."""
    if not Competition.objects.visible_to(request.user).filter(slug=slug).exists():
        raise Http404


def _facts(slug: str, track: str, phase: str) -> dict[str, Any] | None:
    boards = Board.objects.filter(phase=OuterRef("pk"), track__kind=track).order_by("-version")
    phases = Phase.objects.filter(
        competition__slug=slug, competition__tracks__kind=track, key=phase.replace("\0", "")
    ).annotate(version=Subquery(boards.values("version")[:1]), published_at=Subquery(boards.values("published_at")[:1]))
    return phases.values("version", "published_at", "key", "results", "competition__hidden").first()
