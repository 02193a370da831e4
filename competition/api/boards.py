"""Boards: published snapshots, read by ETag."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import patch_cache_control
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from competition.api.answers import answers
from competition.api.competitions import csv_file
from competition.api.find import competition_of, track_of
from competition.api.forms import BoardOut
from competition.errors import Invalid, NotFound
from competition.models import Board, Competition, Phase, Track
from competition.operations.write_csv import csv_rows

COLUMNS = (
    "rank",
    "rank_low",
    "rank_high",
    "team",
    "score",
    "interval_low",
    "interval_high",
    "submissions",
    "submitted_at",
    "baseline",
)


class BoardDetail(APIView):
    """The board of a track in a phase."""

    permission_classes = (AllowAny,)

    @extend_schema(
        parameters=[OpenApiParameter("phase", str), OpenApiParameter("format", str, enum=["json", "csv"])],
        responses=answers({200: BoardOut, (200, "text/csv"): OpenApiTypes.STR, 304: None}, 400, 404),
        operation_id="board",
    )
    def get(self, request: Request, slug: str, track: str) -> HttpResponseBase:
        """The newest snapshot, with a strong ETag; phase left out: the open one, else the last closed."""
        competition = competition_of(slug, request.user)
        form = request.query_params.get("format", "json")
        if form not in ("json", "csv"):
            raise Invalid("unknown_format", '"format" is json or csv.', field="format")
        of_track = track_of(competition, track)
        phase = _phase(competition, request.query_params.get("phase"))
        board = Board.objects.latest_of(phase, of_track)
        tag = f'"{board.etag if board else f"none-{phase.pk}-{of_track.pk}"}-{form}"'
        if _has(request._request, tag):
            response: HttpResponse = HttpResponse(status=304)
        elif form == "csv":
            response = csv_file(_as_csv(board), f"{slug}-{phase.key}-{track}.csv")
        else:
            response = JsonResponse(as_json(board, phase, of_track))
        response["ETag"] = tag
        response["X-Board-Version"] = str(board.version if board else 0)
        patch_cache_control(response, **_caching(competition), max_age=0, must_revalidate=True)
        return response


def as_json(board: Board | None, phase: Phase, track: Track) -> dict[str, Any]:
    """The board as the interface has it; version 0 with no entries before the first publication."""
    return {
        "version": board.version if board else 0,
        "phase": phase.key,
        "track": track.kind,
        "metric": board.metric if board else track.metric,
        "metric_version": board.metric_version if board else None,
        "published_at": board.published_at if board else None,
        "entries": board.entries if board else [],
    }


def _phase(competition: Competition, key: str | None) -> Phase:
    phase = competition.phase_of(key) if key else competition.phases.all().shown_first(competition.now())
    if phase is None:
        raise NotFound("not_found", "This competition has no such phase.")
    return phase


def _caching(competition: Competition) -> dict[str, bool]:
    return {"private": True} if competition.hidden else {"public": True}


def _has(request: HttpRequest, tag: str) -> bool:
    wanted = [part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")]
    return tag in wanted or "*" in wanted


def _as_csv(board: Board | None) -> bytes:
    """The board as a table; a final board has the rank on the public part as its last column, as the JSON has."""
    final = any("public_rank" in entry for entry in board.entries) if board else False
    columns = [*COLUMNS, "public_rank"] if final else list(COLUMNS)
    rows = []
    for entry in board.entries if board else []:
        low, high = entry["interval"] or (None, None)
        flat = {**entry, "interval_low": low, "interval_high": high}
        rows.append([flat[column] for column in columns])
    return csv_rows(columns, rows)
