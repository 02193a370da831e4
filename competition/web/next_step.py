"""What a reader of a competition's page can do next depends on the phases and on the team that the reader is in."""

from typing import Any

from django.http import HttpRequest

from competition.models import Competition, Membership
from competition.web.phases import timetable


def next_step(request: HttpRequest, competition: Competition) -> dict[str, Any]:
    """What `competition/what_next.html` needs beside the frame."""
    return {
        "times": timetable(competition, competition.now()),
        "membership": Membership.objects.of(request.user, competition),
    }
