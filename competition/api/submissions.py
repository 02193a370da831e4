"""Submissions: a team's list of them, and uploading one."""

from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from competition.api.answers import answers
from competition.api.draining import DrainingView
from competition.api.find import competition_of
from competition.api.scopes import MayFollow, MaySubmit
from competition.api.submission_forms import QuotaOut, ReceiptOut, SubmissionOut, SubmissionPageOut
from competition.errors import Forbidden, NotFound
from competition.intake import take_in
from competition.models import Competition, Membership, Submission
from competition.operations.show_result import show_results, with_results
from competition.operations.submit import Receipt

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
