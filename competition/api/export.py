"""What was handed in to a competition, for its organizers to take home: as one table, or all of it as an archive."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from competition.api.answers import answers, own_file
from competition.api.find import organized_competition
from competition.api.scopes import OrganizersView
from competition.errors import Invalid
from competition.models import Competition, Submission
from competition.operations.audit import write_down
from competition.operations.export_archive import export_archive
from competition.operations.show_result import show_results, with_results
from competition.operations.write_csv import csv_lines

COLUMNS = (
    "id",
    "team",
    "phase",
    "track",
    "received_at",
    "late",
    "sha256",
    "size",
    "rows",
    "state",
    "score",
    "interval_low",
    "interval_high",
    "withdrawn_at",
    "selected_at",
    "picked_at",
    "disqualified_at",
    "disqualification",
    "note",
)


class Export(OrganizersView):
    """Everything that was handed in, as one table; or the whole competition as an archive."""

    @extend_schema(
        parameters=[
            OpenApiParameter("format", str, enum=["csv", "zip"], description="left out: csv"),
            OpenApiParameter("people", str, enum=["0", "1"], description="zip only: addresses and answers too"),
        ],
        responses=answers(
            {(200, "text/csv"): OpenApiTypes.STR, (200, "application/zip"): OpenApiTypes.BINARY}, 400, 401, 403, 404
        ),
        operation_id="export",
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """All submissions with hashes, states and scores as CSV; with format=zip everything, streamed as it is made."""
        competition = organized_competition(request, slug)
        form, people = request.query_params.get("format", "csv"), request.query_params.get("people", "0")
        if form not in ("csv", "zip"):
            raise Invalid("unknown_format", '"format" is csv or zip.', field="format")
        if people not in ("0", "1"):
            raise Invalid("unknown_value", '"people" is 0 or 1.', field="people")
        if form == "zip":
            archive = export_archive(competition, by=request.user, people=people == "1")
            headers = own_file(f"{competition.slug}.zip")
            return StreamingHttpResponse(archive, content_type="application/zip", headers=headers)
        write_down(competition, request.user, "export", competition.slug)
        rows, headers = _table(competition), own_file(f"{competition.slug}-submissions.csv")
        return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=headers)


def _table(competition: Competition) -> Iterator[bytes]:
    yield csv_lines([COLUMNS])
    ids = list(
        Submission.objects.filter(team__competition=competition).order_by("received_at").values_list("pk", flat=True)
    )
    for start in range(0, len(ids), 500):
        yield _some_rows(ids[start : start + 500])


def _some_rows(ids: list[UUID]) -> bytes:
    submissions = list(with_results(Submission.objects.filter(pk__in=ids)).order_by("received_at", "id"))
    shown = show_results(submissions, to_organizer=True)
    rows = [_row(submission, result) for submission, result in zip(submissions, shown, strict=True)]
    return csv_lines(rows)


def _row(submission: Submission, result: Any) -> list[object]:
    low, high = result.interval or (None, None)
    facts = {
        "id": submission.pk,
        "team": submission.team.name,
        "phase": submission.phase.key,
        "track": submission.track.kind,
        "state": result.state,
        "score": result.score,
        "interval_low": low,
        "interval_high": high,
    }
    return [facts[column] if column in facts else getattr(submission, column) for column in COLUMNS]
