"""Whether a board that somebody looks at is still the newest: small, everybody's, and cheap to ask for again."""

from datetime import datetime
from functools import lru_cache

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from competition.models import Competition, Results
from competition.web.caching import unless_same

MOST_PARTS = 500
FACTS = """
SELECT competition.hidden, phase.results, newest.version, newest.published_at
FROM competition_competition competition
JOIN competition_phase phase ON phase.competition_id = competition.id AND phase.key = %s AND NOT phase.draft
JOIN competition_track track ON track.competition_id = competition.id AND track.kind = %s
LEFT JOIN LATERAL (
    SELECT board.version, board.published_at FROM competition_board board
    WHERE board.phase_id = phase.id AND board.track_id = track.id ORDER BY board.version DESC LIMIT 1
) newest ON true
WHERE competition.slug = %s
"""


@require_safe
def board_news(request: HttpRequest, slug: str, track: str) -> HttpResponseBase:
    """A sentence, and a link where there is a newer board than the one of version `seen` in the phase that is named.

    One question to the database for a public competition, whoever asks: the same for all, without an account.
    """
    key = request.GET.get("phase", "").replace("\0", "")
    with connection.cursor() as cursor:
        cursor.execute(FACTS, [key, track, slug])
        facts = cursor.fetchone()
    if facts is None:
        raise Http404
    hidden, results, version, published_at = facts
    if hidden and not Competition.objects.visible_to(request.user).filter(slug=slug).exists():
        raise Http404
    is_newer = version is not None and request.GET.get("seen", "") != str(version)
    part = _part(slug, track, key, version, published_at, is_newer, results == Results.FINAL, get_language())
    response = unless_same(request, part)
    if hidden:
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    return response


@lru_cache(MOST_PARTS)
def _part(
    slug: str,
    track: str,
    key: str,
    version: int | None,
    published_at: datetime | None,
    is_newer: bool,
    final: bool,
    language: str | None,
) -> str:
    """The part that these facts make, in the language that is spoken now; made once."""
    return render_to_string(
        "competition/board_news.html",
        {
            "slug": slug,
            "track": track,
            "key": key,
            "version": version,
            "published_at": published_at,
            "is_newer": is_newer,
            "final": final,
        },
    )
