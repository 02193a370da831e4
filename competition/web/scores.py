"""How scores are made: the metrics of a competition, intervals, ranks and held scores, by small examples."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from competition.models import Competition
from competition.web.find import competition_of, frame
from competition.web.next_step import next_step
from competition.web.worked import Ranked, worked
from scoring import parse_metric

LINE = 360
LONGEST_SCORE = 0.5
RANK_WIDTH = 40


@require_safe
def scores(request: HttpRequest, slug: str) -> HttpResponse:
    """The examples for the metrics of this competition."""
    competition = competition_of(slug, request.user)
    for track in competition.tracks.all():
        track.protocol = parse_metric(track.metric).protocol
    facts = _examples(competition) | next_step(request, competition)
    return render(request, "competition/scores.html", frame(request, competition, "rules") | facts)


def _examples(competition: Competition) -> dict[str, Any]:
    examples = worked()
    low, high = (LINE * end / LONGEST_SCORE for end in (examples.interval.low, examples.interval.high))
    return {
        "worked": examples,
        "drawn": {"low": round(low, 1), "width": round(high - low, 1)},
        "ranked": [_placed(one) for one in examples.ranked],
        "holds": any(phase.holds for phase in competition.phases.all()),
    }


def _placed(one: Ranked) -> dict[str, Any]:
    """On a line with a place for each rank."""
    return {
        **asdict(one),
        "left": RANK_WIDTH * (one.low - 1) + 8,
        "width": RANK_WIDTH * (one.high - one.low + 1) - 16,
        "at": RANK_WIDTH * one.rank - RANK_WIDTH // 2,
    }
