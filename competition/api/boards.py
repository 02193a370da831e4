"""Boards: published snapshots, read by ETag."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from competition.api.answers import answers
from competition.api.board_forms import BoardOut
from competition.api.competitions import csv_file
from competition.api.find import competition_of, track_of
from competition.errors import Invalid, NotFound
from competition.models import Board, Competition, Phase, Track
from competition.operations.board_rows import COLUMNS, as_row
from competition.operations.board_snapshots import snapshot
from competition.operations.cite_board import cite_board
from competition.operations.write_csv import csv_rows

FORMATS = ("json", "csv", "bibtex")


class BoardDetail(APIView):
    """The board of a track in a phase."""

    permission_classes = (AllowAny,)

    @extend_schema(
        parameters=[
            OpenApiParameter("phase", str),
            OpenApiParameter("version", int, description="The number of a snapshot; left out, the newest."),
            OpenApiParameter(
                "as_of", str, description="The snapshot that stood at that instant, or at the end of a day."
            ),
            OpenApiParameter("format", str, enum=list(FORMATS)),
            OpenApiParameter("team", str, description="With bibtex: the team whose place is told."),
        ],
        responses=answers(
            {
                200: BoardOut,
                (200, "text/csv"): OpenApiTypes.STR,
                (200, "application/x-bibtex"): OpenApiTypes.STR,
                304: None,
            },
            400,
            404,
        ),
        operation_id="board",
    )
    def get(self, request: Request, slug: str, track: str) -> HttpResponseBase:
        """The newest snapshot, or the one that is asked for, with a strong ETag.

        Phase left out: the open one, else the last closed. A snapshot stays as it is; one that told more than the phase
        tells now is 404.
        """
        competition = competition_of(slug, request.user)
        query = {name: request.query_params.get(name, "") for name in ("phase", "version", "as_of", "format", "team")}
        form = query["format"] or "json"
        if form not in FORMATS:
            raise Invalid("unknown_format", '"format" is json, csv or bibtex.', field="format")
        of_track = track_of(competition, track)
        phase = _phase(competition, query["phase"])
        board = snapshot(phase, of_track, version=query["version"], as_of=query["as_of"])
        tag = f'"{board.etag if board else f"none-{phase.pk}-{of_track.pk}"}-{form}"'
        if form == "bibtex":
            response = self._as_bibtex(request, board, phase, of_track, query["team"])
        elif _has(request._request, tag):
            response = HttpResponse(status=304)
        elif form == "csv":
            response = csv_file(_as_csv(board), f"{slug}-{phase.key}-{track}.csv")
        else:
            response = JsonResponse(as_json(board, phase, of_track))
        if form != "bibtex":
            response["ETag"] = tag
        response["X-Board-Version"] = str(board.version if board else 0)
        if board:
            here = f"phase={phase.key}&version={board.version}" + ("" if form == "json" else f"&format={form}")
            response["Content-Location"] = f"{request.path}?{here}"
        patch_cache_control(response, **_caching(competition), max_age=0, must_revalidate=True)
        return response

    def _as_bibtex(self, request: Request, board: Board | None, phase: Phase, track: Track, team: str) -> HttpResponse:
        """The citation of the snapshot; a team that isn't on it is 404."""
        entry = next((row for row in board.entries if row["team"] == team), None) if board and team else None
        if board is None or (team and entry is None):
            raise NotFound("not_found", "There is nothing to cite: no such board, or the team is not on it.")
        place = reverse("board", args=[phase.competition.slug, track.kind])
        address = request.build_absolute_uri(f"{place}?phase={phase.key}&version={board.version}")
        cited = cite_board(board, phase, track, address=address, entry=entry)
        return HttpResponse(cited, content_type="application/x-bibtex; charset=utf-8")


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
    phase.competition = competition
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
    rows = map(as_row, board.entries if board else [])
    return csv_rows(columns, [[row[column] for column in columns] for row in rows])
