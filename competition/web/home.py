"""The first page: every competition with its tracks, its open phase and who leads."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from competition.clock import database_now
from competition.models import Competition
from competition.web.phases import leaders_of, newest_boards, timetable


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """All competitions as cards, in a number of queries that doesn't grow with them."""
    now = database_now()
    competitions = list(
        Competition.objects.visible_to(request.user)
        .select_related("manifest")
        .defer("manifest__content", "about")
        .prefetch_related("tracks", "phases")
        .annotate(team_count=Count("teams"))
    )
    timetables = [timetable(competition, competition.at(now)) for competition in competitions]
    boards = newest_boards(times.shown for times in timetables if times.shown)
    cards = [
        {"competition": competition, "times": times, "leaders": leaders_of(competition, times.shown, boards, places=1)}
        for competition, times in zip(competitions, timetables, strict=True)
    ]
    return render(request, "home/home.html", {"cards": cards})
