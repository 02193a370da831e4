"""Suspected errors in the labels: a team's own reports, the public log, the organizers' queue and answers."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from competition.api.answers import answers
from competition.api.errata_forms import (
    BatchIn,
    BatchOut,
    DecisionOnErrataIn,
    LinkIn,
    LogEntryOut,
    QueuedReportOut,
    ReportedImageOut,
    ReportIn,
    ReportOut,
)
from competition.api.find import competition_of, organized_competition
from competition.api.parsing import said
from competition.api.scopes import MayRead, MaySubmit, OrganizersView
from competition.errors import NotFound
from competition.operations.answer_errata import decide_errata, link_errata, publish_errata
from competition.operations.errata_log import errata_log, queue_of, reports_of
from competition.operations.leave import own_membership
from competition.operations.report_erratum import report_erratum


class ErrataLog(APIView):
    """The errata log."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=answers(LogEntryOut(many=True), 404), operation_id="errata")
    def get(self, request: Request, slug: str) -> Response:
        """Every published batch, the newest first; the images are told once all phases have closed."""
        return Response(LogEntryOut(errata_log(competition_of(slug, request.user)), many=True).data)


class OwnReports(APIView):
    """The reports of the caller's team."""

    def get_permissions(self) -> list[BasePermission]:
        """Reporting needs another scope than reading."""
        return [IsAuthenticated(), MaySubmit() if self.request.method == "POST" else MayRead()]

    @extend_schema(responses=answers(ReportOut(many=True), 401, 403, 404), operation_id="errata_reports")
    def get(self, request: Request, slug: str) -> Response:
        """The newest first, each with its answer once that is published."""
        team = own_membership(request.user, competition_of(slug, request.user)).team
        return Response(ReportOut(reports_of(team), many=True).data)

    @extend_schema(
        request=ReportIn,
        responses=answers({201: ReportOut}, 400, 401, 403, 404, 413, 415, 429),
        operation_id="report_erratum",
    )
    def post(self, request: Request, slug: str) -> Response:
        """Report a suspected error; the team and the organizers see it, and nobody else."""
        competition = competition_of(slug, request.user)
        words = said(ReportIn, request)
        report = report_erratum(user=request.user, competition=competition, **words)
        return Response(ReportOut(report).data, status=201)


class ErrataQueue(OrganizersView):
    """What is not answered yet."""

    @extend_schema(responses=answers(ReportedImageOut(many=True), 401, 403, 404), operation_id="errata_queue")
    def get(self, request: Request, slug: str) -> Response:
        """By image, first what most teams have reported."""
        return Response(ReportedImageOut(queue_of(organized_competition(request, slug)), many=True).data)


class DecideErrata(OrganizersView):
    """Deciding on reports."""

    @extend_schema(
        request=DecisionOnErrataIn,
        responses=answers(QueuedReportOut(many=True), 400, 401, 403, 404, 413, 415),
        operation_id="decide_errata",
    )
    def post(self, request: Request, slug: str) -> Response:
        """Nobody is told before the batch is published, and until then it can be decided anew."""
        competition = organized_competition(request, slug)
        words = said(DecisionOnErrataIn, request)
        decided = decide_errata(competition, organizer=request.user, **words)
        return Response(QueuedReportOut(decided, many=True).data)


class PublishErrata(OrganizersView):
    """Publishing a batch of answers."""

    @extend_schema(
        request=BatchIn,
        responses=answers({201: BatchOut}, 400, 401, 403, 404, 409, 413, 415),
        operation_id="publish_errata",
    )
    def post(self, request: Request, slug: str) -> Response:
        """All that is decided is told at one instant; not while a phase holds its scores."""
        competition = organized_competition(request, slug)
        words = said(BatchIn, request)
        batch = publish_errata(competition, organizer=request.user, **words)
        return Response(BatchOut(batch).data, status=201)


class LinkErrata(OrganizersView):
    """Naming the version that corrects what was accepted."""

    @extend_schema(
        request=LinkIn,
        responses=answers(BatchOut, 400, 401, 403, 404, 413, 415),
        operation_id="link_errata",
    )
    def post(self, request: Request, slug: str, number: int) -> Response:
        """It stands in the errata log from then on."""
        batch = organized_competition(request, slug).errata_batches.filter(number=number).first()
        if batch is None:
            raise NotFound("not_found", "There is no such batch of errata.")
        words = said(LinkIn, request)
        return Response(BatchOut(link_errata(batch, organizer=request.user, **words)).data)
