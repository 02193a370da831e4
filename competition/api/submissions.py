"""Submissions: uploading, following, withdrawing, selecting."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from competition import storage
from competition.api.answers import answers
from competition.api.draining import DrainingView
from competition.api.find import competition_of, submission_of
from competition.api.scopes import MayFollow, MayRead, MaySubmit
from competition.api.submission_forms import QuotaOut, ReceiptOut, SubmissionDetailOut, SubmissionOut, SubmissionPageOut
from competition.api.tagged import tagged
from competition.errors import Forbidden, NotFound
from competition.intake import take_in
from competition.models import Competition, Membership, Submission
from competition.operations.audit import write_down
from competition.operations.select import select, unselect
from competition.operations.show_result import show_result, show_results, with_results
from competition.operations.submit import Receipt
from competition.operations.withdraw import put_back, withdraw

ON_ITS_WAY = ("accepted", "scoring")
LONGEST_PAUSE_SECONDS = 10
FORM = {
    "multipart/form-data": {
        "type": "object",
        "required": ["track", "file"],
        "properties": {
            "track": {"type": "string", "enum": ["detection", "classification"]},
            "phase": {"type": "string"},
            "note": {"type": "string", "maxLength": 500},
            "file": {"type": "string", "format": "binary"},
        },
    }
}


class NewestFirst(CursorPagination):
    """By time of receipt."""

    page_size = 50
    ordering = ("-received_at", "-id")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """One page; a cursor that this list has never given out is unknown."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, exceptions.NotFound) as error:
            raise NotFound("unknown_cursor", "There is no such page; follow the list's own links.") from error


class SubmissionList(DrainingView):
    """A team's submissions."""

    permission_classes = (IsAuthenticated, MayFollow)
    parser_classes = (MultiPartParser,)

    @extend_schema(
        responses=answers(SubmissionPageOut, 401, 403, 404),
        parameters=[OpenApiParameter("cursor", str)],
        operation_id="submissions",
    )
    def get(self, request: Request, slug: str) -> Response:
        """The team's own, newest first; to organizers, everybody's."""
        competition = competition_of(slug, request.user)
        pages = NewestFirst()
        submissions = _listed(request, competition)
        page = pages.paginate_queryset(with_results(submissions), request, view=self)
        organizes = competition.is_organized_by(request.user)
        shown = dict(zip([row.pk for row in page], show_results(page, to_organizer=organizes), strict=True))
        return pages.get_paginated_response(SubmissionOut(page, many=True, context={"shown": shown}).data)

    @extend_schema(
        request=FORM,
        responses=answers({201: ReceiptOut, 200: ReceiptOut}, 400, 401, 403, 404, 409, 413, 415, 422, 429),
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        operation_id="submit",
    )
    def post(self, request: Request, slug: str) -> Response:
        """Upload a file. It is checked at once; the receipt says what was received and when."""
        competition = competition_of(slug, request.user)
        if not MaySubmit().has_permission(request, self):
            raise Forbidden("scope_missing", 'This token lacks the scope "submit".')
        key = request.headers.get("Idempotency-Key")
        receipt = take_in(request._request, competition, key=key)
        response = Response(_receipt(receipt), status=201 if receipt.created else 200)
        response["Location"] = f"/api/v1/submissions/{receipt.submission.pk}"
        return response


def _listed(request: Request, competition: Competition) -> Any:
    membership = Membership.objects.of(request.user, competition)
    if membership is not None:
        return Submission.objects.filter(team=membership.team)
    if competition.is_organized_by(request.user):
        return Submission.objects.filter(team__competition=competition)
    raise Forbidden("not_entered", "Enter the competition first: accept its terms and found or join a team.")


def _receipt(receipt: Receipt) -> dict[str, Any]:
    submission = receipt.submission
    return {
        "id": str(submission.pk),
        "state": "accepted",
        "sha256": submission.sha256,
        "received_at": submission.received_at,
        "track": submission.track.kind,
        "phase": submission.phase.key,
        "rows": submission.rows,
        "notices": submission.notices,
        "quota": QuotaOut(receipt.quota).data,
    }


def _detail(request: Request, submission: Submission) -> Response:
    organizes = submission.team.competition.is_organized_by(request.user)
    shown = {submission.pk: show_result(submission, to_organizer=organizes)}
    return Response(SubmissionDetailOut(submission, context={"shown": shown}).data)


class SubmissionDetail(APIView):
    """One submission."""

    permission_classes = (IsAuthenticated, MayRead)

    @extend_schema(responses=answers({200: SubmissionDetailOut, 304: None}, 401, 403, 404), operation_id="submission")
    def get(self, request: Request, submission_id: UUID) -> Response:
        """Its state and, as the phase allows, its score and report.

        With a strong ETag; while it is on its way `Retry-After` says when to ask again.
        """
        answer = _detail(request, submission_of(request, submission_id))
        if answer.data["state"] in ON_ITS_WAY:
            answer["Retry-After"] = str(min(answer.data["place_in_queue"] or 1, LONGEST_PAUSE_SECONDS))
        return tagged(request._request, answer)


class SubmissionFile(APIView):
    """The bytes of a submission."""

    permission_classes = (IsAuthenticated, MayRead)

    @extend_schema(
        responses=answers({(200, "text/csv"): OpenApiTypes.BINARY}, 401, 403, 404),
        operation_id="submission_file",
    )
    def get(self, request: Request, submission_id: UUID) -> FileResponse:
        """As they came. That an organizer fetched them is written down."""
        submission = submission_of(request, submission_id)
        if not submission.team.memberships.filter(user=request.user).exists():
            write_down(submission.team.competition, request.user, "download_file", submission.pk)
        response = FileResponse(
            storage.open_file(submission.file),
            as_attachment=True,
            filename=f"{submission.pk}.csv",
            content_type="text/csv",
        )
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["Cache-Control"] = "private, no-store"
        return response


class _OwnAct(APIView):
    permission_classes = (IsAuthenticated, MaySubmit)

    def own(self, request: Request, submission_id: UUID) -> Submission:
        """The submission, if it is of the caller's team; an organizer may see it and not do this."""
        submission = submission_of(request, submission_id)
        if not submission.team.memberships.filter(user=request.user).exists():
            raise Forbidden("not_your_team", "Only the team itself can do this.")
        return submission


class Withdraw(_OwnAct):
    """Taking a submission off the board."""

    @extend_schema(request=None, responses=answers(SubmissionDetailOut, 401, 403, 404), operation_id="withdraw")
    def post(self, request: Request, submission_id: UUID) -> Response:
        """Off the board, kept in the books; its place in the quota stays used."""
        withdraw(self.own(request, submission_id))
        return _detail(request, submission_of(request, submission_id))


class Unwithdraw(_OwnAct):
    """Undoing a withdrawal."""

    @extend_schema(request=None, responses=answers(SubmissionDetailOut, 401, 403, 404), operation_id="unwithdraw")
    def post(self, request: Request, submission_id: UUID) -> Response:
        """Back on the board, while the phase is open; a choice that it was is not made again."""
        put_back(self.own(request, submission_id))
        return _detail(request, submission_of(request, submission_id))


class Select(_OwnAct):
    """Choosing a submission for the final ranking."""

    @extend_schema(request=None, responses=answers(SubmissionDetailOut, 401, 403, 404, 409), operation_id="select")
    def post(self, request: Request, submission_id: UUID) -> Response:
        """At most as many per phase and track as the phase says; the oldest choice gives way."""
        select(self.own(request, submission_id), by=request.user)
        return _detail(request, submission_of(request, submission_id))


class Unselect(_OwnAct):
    """Taking a choice back."""

    @extend_schema(request=None, responses=answers(SubmissionDetailOut, 401, 403, 404), operation_id="unselect")
    def post(self, request: Request, submission_id: UUID) -> Response:
        """While the phase is open; without any choice the team's best as shown stand."""
        unselect(self.own(request, submission_id), by=request.user)
        return _detail(request, submission_of(request, submission_id))
