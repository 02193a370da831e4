"""The board of a track: a published snapshot, drawn."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.views.decorators.http import conditional_page, require_safe

from competition.models import Membership
from competition.web.board_choice import Choice
from competition.web.board_rows import html_of_rows, own_place
from competition.web.board_snippets import snippets
from competition.web.board_tag import Told, shared_tag, told_to_all
from competition.web.find import frame
from competition.web.kept import Kept
from competition.web.shown_board import Facts, facts_for_all

MOST_BYTES = 24 * 2**20
_pages: Kept[bytes] = Kept(MOST_BYTES)
"""ETag → the page that everybody shares."""


@require_safe
def board(request: HttpRequest, slug: str, track: str) -> HttpResponse:
    """The board. Readers without an account share one page and its ETag; a person's own page is theirs alone."""
    show = _own_board if request.user.is_authenticated else _shared_board
    response = show(request, slug, track, told_to_all(slug, track))
    patch_vary_headers(response, ["Cookie"])
    return response


def _own_board(request: HttpRequest, slug: str, track: str, told: Told | None) -> HttpResponse:
    response = _page(request, slug, track, told)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _shared_board(request: HttpRequest, slug: str, track: str, told: Told | None) -> HttpResponse:
    """One query tells whether the page has changed, and the page is made once for all who see the same."""
    tag = shared_tag(request, told)
    if tag is None:
        return _hashed_board(request, slug, track, told)
    unchanged = get_conditional_response(request, etag=tag)
    content = _pages.find(tag)
    if unchanged is not None and unchanged.status_code == 304:
        response = unchanged
    elif content is not None:
        response = HttpResponse(content)
    else:
        response = _page(request, slug, track, told)
        _pages.put(tag, response.content)
    response["ETag"] = tag
    patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    return response


@conditional_page
def _hashed_board(request: HttpRequest, slug: str, track: str, told: Told | None) -> HttpResponse:
    """The ETag is a hash of the page itself, so that it covers all that the page tells."""
    response = _page(request, slug, track, told)
    patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    return response


def _page(request: HttpRequest, slug: str, track: str, told: Told | None) -> HttpResponse:
    facts = facts_for_all(request, slug, track, told)
    competition = facts["competition"]
    membership = Membership.objects.of(request.user, competition)
    own = {"membership": membership} | _table(request, facts, membership.team.name if membership else None)
    return render(request, "competition/board.html", frame(request, competition, track) | facts | own)


def _table(request: HttpRequest, facts: Facts, own_team: str | None) -> dict[str, Any]:
    of, board, phase, choice = facts["of"], facts["board"], facts["phase"], Choice.of(request.GET)
    listed = choice.listed(of.rows)
    page = choice.cut(listed)
    if board is None:
        return {"choice": choice, "page": page}
    own = own_place(choice, of, listed, page, own_team)
    example = own.row if own else (of.rows or [None])[0]
    return {
        "choice": choice,
        "page": page,
        "headings": choice.headings(),
        "rows_html": html_of_rows(board, phase, of, page.rows, own_team),
        "own": own,
        "snippets": example and snippets(request, board, phase, facts["track"], example),
        "all_rows": choice.query(whole=True),
        "in_pages": choice.query(whole=False),
        "without_filter": Choice(kept=choice.kept).query(),
        "page_links": _page_links(choice, page.number, page.pages),
    }


def _page_links(choice: Choice, number: int, pages: int) -> list[tuple[int, str]]:
    """The first, the last, and those around the present one; 0 stands for those in between."""
    wanted = sorted({1, pages, *range(max(1, number - 2), min(pages, number + 2) + 1)})
    links: list[tuple[int, str]] = []
    for one in wanted:
        if links and one - links[-1][0] > 1:
            links.append((0, ""))
        links.append((one, choice.query(page=one)))
    return links
