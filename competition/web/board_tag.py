"""The ETag of the public board page, from one query: a hash of all that the page tells, before any of it is made."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from competition.environment import REPOSITORY
from competition.web.rescored import NEWS

PAGE_IS_MADE_BY = ("competition", "scoring", "templates")
COOKIES_THAT_MATTER = frozenset({settings.SESSION_COOKIE_NAME, "messages"})

TOLD = """
WITH competition AS (
    SELECT one AS facts, one.*, clock_timestamp() + one.clock_shift AS time
    FROM competition_competition one WHERE one.slug = %(slug)s AND NOT one.hidden
), track AS (
    SELECT one.id FROM competition_track one JOIN competition ON one.competition_id = competition.id
    WHERE one.kind = %(track)s
), phase AS (
    SELECT one AS facts, one.*, one.opens_at <= competition.time AS begun, one.closes_at <= competition.time AS over
    FROM competition_phase one JOIN competition ON one.competition_id = competition.id WHERE NOT one.draft
), told (what, text) AS (
    SELECT 'competition', competition.facts::text FROM competition
    UNION ALL
    SELECT 'images', one.sha256 FROM competition_manifest one JOIN competition ON one.competition_id = competition.id
    UNION ALL
    SELECT 'track', one::text FROM competition_track one JOIN competition ON one.competition_id = competition.id
    UNION ALL
    SELECT 'split', one.competition_id::text
    FROM competition_split one JOIN competition ON one.competition_id = competition.id
    UNION ALL
    SELECT 'bracket', one::text FROM competition_bracket one JOIN competition ON one.competition_id = competition.id
    UNION ALL
    SELECT 'phase', concat_ws(' ', phase.facts, phase.begun, phase.over) FROM phase
    UNION ALL
    SELECT 'truth', concat_ws(
        ' ', one.version, one.state, one.activated_at, one.dropped_at, one.reason, one.metric_version,
        one.sealed_id IS DISTINCT FROM lag(one.sealed_id) OVER (ORDER BY one.version),
        one.activated_at > competition.time - %(news)s
    ) FROM competition_groundtruth one JOIN competition ON one.competition_id = competition.id
    WHERE one.state IN ('active', 'retired') AND one.dropped_at IS NULL
    UNION ALL
    (SELECT 'news', concat_ws(' ', one.id, one.posted_at, one.title)
    FROM competition_announcement one JOIN competition ON one.competition_id = competition.id
    WHERE one.posted_at > competition.time - %(news)s ORDER BY one.posted_at DESC, one.id DESC LIMIT 1)
    UNION ALL
    SELECT 'board', concat_ws(' ', phase.id, newest.id, newest.etag, before.id, before.etag)
    FROM phase CROSS JOIN track CROSS JOIN competition
    LEFT JOIN LATERAL (
        SELECT one.id, one.etag FROM competition_board one
        WHERE one.phase_id = phase.id AND one.track_id = track.id ORDER BY one.version DESC LIMIT 1
    ) newest ON true
    LEFT JOIN LATERAL (
        SELECT one.id, one.etag FROM competition_board one
        WHERE one.phase_id = phase.id AND one.track_id = track.id
            AND one.published_at <= competition.time - interval '1 day'
        ORDER BY one.published_at DESC, one.version DESC LIMIT 1
    ) before ON true
    UNION ALL
    SELECT 'disqualified', concat_ws(' ', one.id, one.disqualified_at, one.disqualification, team.name)
    FROM phase CROSS JOIN track
    JOIN competition_submission one
        ON one.phase_id = phase.id AND one.track_id = track.id AND one.disqualified_at IS NOT NULL
    JOIN competition_team team ON team.id = one.team_id
    UNION ALL
    SELECT 'awards', one.id::text FROM phase CROSS JOIN track
    JOIN competition_awards one ON one.phase_id = phase.id AND one.track_id = track.id
)
SELECT
    (SELECT string_agg(md5(told.what || told.text), '' ORDER BY told.what, told.text COLLATE "C") FROM told),
    EXISTS (SELECT FROM phase WHERE phase.over) AND (
        competition.declarations_required
        OR competition.declarations_public AND EXISTS (
            SELECT FROM competition_declaration declaration
            JOIN competition_submission one ON one.id = declaration.submission_id
            JOIN phase ON phase.id = one.phase_id
        )
    )
FROM competition
"""


@dataclass(frozen=True)
class Told:
    """A hash of all that the page tells everybody; the same hash, the same page."""

    digest: str


def told_to_all(slug: str, track: str) -> Told | None:
    """One query; what is read after it is never older.

    None for a competition that is hidden (or isn't there), and where only the page itself can tell: for closed phases
    with declarations beside the board.
    """
    with connection.cursor() as cursor:
        cursor.execute(TOLD, {"slug": slug, "track": track, "news": NEWS})
        row = cursor.fetchone()
    return None if row is None or row[1] or not row[0] else Told(row[0])


def shared_tag(request: HttpRequest, told: Told | None) -> str | None:
    """The strong ETag of the page for everybody, quoted.

    None where what was told doesn't decide: a snapshot may lose a name, and a reader's cookies may hold a message.
    """
    if told is None or COOKIES_THAT_MATTER & set(request.COOKIES) or "version" in request.GET or "as_of" in request.GET:
        return None
    parts = [told.digest, request.build_absolute_uri(), get_language() or "", release()]
    return f'"{salted_hmac("board page", chr(0).join(parts), algorithm="sha256").hexdigest()[:40]}"'


@cache
def release() -> str:
    """A hash of the code and the templates that make the page, the same in every process of a release."""
    digest = hashlib.sha256()
    for name in PAGE_IS_MADE_BY:
        place = REPOSITORY / name
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if _counts(file):
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _counts(file: Path) -> bool:
    return file.suffix in (".py", ".html", ".css", ".js", ".svg", ".mo") and file.is_file()
