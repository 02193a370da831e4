"""What organizers do: scoring again, publishing a phase, disqualifying, taking everything home."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from competition.api.answers import answers
from competition.api.find import organized_competition, phase_of, submission_of
from competition.api.organize_forms import ChoiceOut, ReasonIn, RescoreIn
from competition.api.parsing import said
from competition.api.phase_forms import PhaseOut
from competition.api.scopes import MayOrganize
from competition.api.submission_forms import SubmissionDetailOut
from competition.api.truth_forms import TruthOut
from competition.clock import database_now
from competition.errors import Conflict, Forbidden, Invalid
from competition.models import Competition, Submission
from competition.operations.audit import write_down
from competition.operations.disqualify import disqualify
from competition.operations.export_archive import export_archive
from competition.operations.regret import choices_of
from competition.operations.restore import restore
from competition.operations.retry import retry
from competition.operations.reveal import reveal
from competition.operations.show_result import show_result, show_results, with_results
from competition.operations.stage import rescore
from competition.operations.write_csv import csv_lines

EXPORT_COLUMNS = (
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


class _Organizing(APIView):
    permission_classes = (IsAuthenticated, MayOrganize)


class Rescore(_Organizing):
    """Scoring everything again."""

    @extend_schema(
        request=RescoreIn,
        responses=answers({202: TruthOut}, 400, 401, 403, 404, 409, 413, 415),
        operation_id="rescore",
    )
    def post(self, request: Request, slug: str) -> Response:
        """Against the same labels with the metric as it is now; the boards switch when all is done."""
        competition = organized_competition(request, slug)
        words = said(RescoreIn, request)
        if words["confirm"] != competition.slug:
            raise Conflict("not_confirmed", f'Send "confirm": "{competition.slug}".')
        truth = rescore(competition, reason=words["reason"], by=request.user, hold=words["hold"])
        return Response(TruthOut(truth).data, status=202)


class PublishPhase(_Organizing):
    """The final board."""

    @extend_schema(request=None, responses=answers(PhaseOut, 401, 403, 404, 409), operation_id="publish_phase")
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Show the private part of a closed phase."""
        competition = organized_competition(request, slug)
        phase = reveal(phase_of(competition, key), organizer=request.user)
        return Response(PhaseOut(phase, context={"now": database_now()}).data)


class Picks(_Organizing):
    """What stands for each team on a phase's final board."""

    @extend_schema(responses=answers(ChoiceOut(many=True), 401, 403, 404), operation_id="picks")
    def get(self, request: Request, slug: str, key: str) -> Response:
        """By track and team, with its regret: what its best one scores more; empty before the picks are frozen."""
        competition = organized_competition(request, slug)
        return Response(ChoiceOut(choices_of(phase_of(competition, key)), many=True).data)


class Disqualify(_Organizing):
    """Off the board, with a public reason."""

    @extend_schema(
        request=ReasonIn,
        responses=answers(SubmissionDetailOut, 400, 401, 403, 404, 413, 415),
        operation_id="disqualify",
    )
    def post(self, request: Request, submission_id: UUID) -> Response:
        """Needs the reason."""
        submission = submission_of(request, submission_id)
        if not submission.team.competition.is_organized_by(request.user):
            raise Forbidden("not_organizer", "Only the competition's organizers can do this.")
        words = said(ReasonIn, request)
        disqualify(submission, organizer=request.user, reason=words["reason"])
        submission = submission_of(request, submission_id)
        shown = {submission.pk: show_result(submission, to_organizer=True)}
        return Response(SubmissionDetailOut(submission, context={"shown": shown}).data)


class _OfSubmission(_Organizing):
    def organized(self, request: Request, submission_id: UUID) -> Submission:
        """The submission, if the caller runs its competition."""
        submission = submission_of(request, submission_id)
        if not submission.team.competition.is_organized_by(request.user):
            raise Forbidden("not_organizer", "Only the competition's organizers can do this.")
        return submission

    def detail(self, request: Request, submission_id: UUID) -> dict[str, Any]:
        """As organizers see it."""
        submission = submission_of(request, submission_id)
        shown = {submission.pk: show_result(submission, to_organizer=True)}
        return SubmissionDetailOut(submission, context={"shown": shown}).data


class Restore(_OfSubmission):
    """Back on the board."""

    @extend_schema(
        request=ReasonIn,
        responses=answers(SubmissionDetailOut, 400, 401, 403, 404, 409, 413, 415),
        operation_id="restore",
    )
    def post(self, request: Request, submission_id: UUID) -> Response:
        """Takes a disqualification back; needs the reason, which is written down."""
        submission = self.organized(request, submission_id)
        words = said(ReasonIn, request)
        restore(submission, organizer=request.user, reason=words["reason"])
        return Response(self.detail(request, submission_id))


class Retry(_OfSubmission):
    """Trying a failed submission again."""

    @extend_schema(
        request=None, responses=answers({202: SubmissionDetailOut}, 401, 403, 404, 409), operation_id="retry"
    )
    def post(self, request: Request, submission_id: UUID) -> Response:
        """With three attempts of its own; the upload counts again, and is given back if it fails once more."""
        retry(self.organized(request, submission_id), organizer=request.user)
        return Response(self.detail(request, submission_id), status=202)


class Export(_Organizing):
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
            return _attached(archive, "application/zip", f"{competition.slug}.zip")
        write_down(competition, request.user, "export", competition.slug)
        return _attached(_export(competition), "text/csv; charset=utf-8", f"{competition.slug}-submissions.csv")


def _attached(pieces: Iterator[bytes], content_type: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _export(competition: Competition) -> Iterator[bytes]:
    yield csv_lines([EXPORT_COLUMNS])
    ids = list(
        Submission.objects.filter(team__competition=competition).order_by("received_at").values_list("pk", flat=True)
    )
    for start in range(0, len(ids), 500):
        yield _export_rows(ids[start : start + 500])


def _export_rows(ids: list[UUID]) -> bytes:
    submissions = list(with_results(Submission.objects.filter(pk__in=ids)).order_by("received_at", "id"))
    shown = show_results(submissions, to_organizer=True)
    rows = [_export_row(submission, result) for submission, result in zip(submissions, shown, strict=True)]
    return csv_lines(rows)


def _export_row(submission: Submission, result: Any) -> list[object]:
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
    return [facts[column] if column in facts else getattr(submission, column) for column in EXPORT_COLUMNS]
