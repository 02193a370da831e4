"""One submission: following it, its file, and what its team does with it."""

from typing import Any
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from competition import storage
from competition.api.answers import OWN, answers
from competition.api.find import submission_of
from competition.api.scopes import MayRead, ParticipantsView
from competition.api.submission_forms import SubmissionDetailOut
from competition.api.tagged import tagged
from competition.errors import Forbidden
from competition.models import Submission
from competition.operations.audit import write_down
from competition.operations.select import select, unselect
from competition.operations.show_result import show_result
from competition.operations.withdraw import put_back, withdraw

ON_ITS_WAY = ("accepted", "scoring")
LONGEST_PAUSE_SECONDS = 10


def detail_of(request: Request, submission_id: UUID) -> dict[str, Any]:
    """The submission as the caller may see it now: its team, or the competition's organizers."""
    submission = submission_of(request, submission_id)
    organizes = submission.team.competition.is_organized_by(request.user)
    shown = {submission.pk: show_result(submission, to_organizer=organizes)}
    return dict(SubmissionDetailOut(submission, context={"shown": shown}).data)


class SubmissionDetail(APIView):
    """One submission."""

    permission_classes = (IsAuthenticated, MayRead)

    @extend_schema(responses=answers({200: SubmissionDetailOut, 304: None}, 401, 403, 404), operation_id="submission")
    def get(self, request: Request, submission_id: UUID) -> Response:
        """Its state and, as the phase allows, its score and report.

        With a strong ETag; while it is on its way `Retry-After` says when to ask again.
        """
        answer = Response(detail_of(request, submission_id))
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
        return FileResponse(
            storage.open_file(submission.file),
            as_attachment=True,
            filename=f"{submission.pk}.csv",
            content_type="text/csv",
            headers={"Content-Security-Policy": "sandbox; default-src 'none'", **OWN},
        )


class Withdraw(ParticipantsView):
    """Taking a submission off the board."""

    @extend_schema(request=None, responses=answers(SubmissionDetailOut, 401, 403, 404), operation_id="withdraw")
    def post(self, request: Request, submission_id: UUID) -> Response:
        """Off the board, kept in the books; its place in the quota stays used."""
        withdraw(_own_submission(request, submission_id))
        return Response(detail_of(request, submission_id))


class Unwithdraw(ParticipantsView):
    """Undoing a withdrawal."""

    @extend_schema(request=None, responses=answers(SubmissionDetailOut, 401, 403, 404), operation_id="unwithdraw")
    def post(self, request: Request, submission_id: UUID) -> Response:
        """Back on the board, while the phase is open; a choice that it was is not made again."""
        put_back(_own_submission(request, submission_id))
        return Response(detail_of(request, submission_id))


class Select(ParticipantsView):
    """Choosing a submission for the final ranking."""

    @extend_schema(request=None, responses=answers(SubmissionDetailOut, 401, 403, 404, 409), operation_id="select")
    def post(self, request: Request, submission_id: UUID) -> Response:
        """At most as many per phase and track as the phase says; the oldest choice gives way."""
        select(_own_submission(request, submission_id), by=request.user)
        return Response(detail_of(request, submission_id))


class Unselect(ParticipantsView):
    """Taking a choice back."""

    @extend_schema(request=None, responses=answers(SubmissionDetailOut, 401, 403, 404), operation_id="unselect")
    def post(self, request: Request, submission_id: UUID) -> Response:
        """While the phase is open; without any choice the team's best as shown stand."""
        unselect(_own_submission(request, submission_id), by=request.user)
        return Response(detail_of(request, submission_id))


def _own_submission(request: Request, submission_id: UUID) -> Submission:
    """The submission, if it is of the caller's team; an organizer may see it and not do this."""
    submission = submission_of(request, submission_id)
    if not submission.team.memberships.filter(user=request.user).exists():
        raise Forbidden("not_your_team", "Only the team itself can do this.")
    return submission
