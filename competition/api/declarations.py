"""Declarations of external data and models: a team's own, what everybody may read, and all for organizers."""

from collections.abc import Iterator
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from competition.api.answers import answers, own_file
from competition.api.declaration_forms import DeclarationIn, DeclarationOut, DeclaredOut
from competition.api.find import competition_of, organized_competition, phase_of, submission_of, track_of
from competition.api.parsing import said
from competition.api.scopes import MayReadOrSubmit, OrganizersView
from competition.errors import Forbidden
from competition.models import Competition
from competition.operations.audit import write_down
from competition.operations.declare import declare
from competition.operations.declared import all_declarations, public_declarations
from competition.operations.write_csv import csv_lines

COLUMNS = ("team", "phase", "track", "submission", "selected", "picked", "version", "declared_at", "author")
ITEM_COLUMNS = ("kind", "name", "source", "licence", "public")


class OfSubmission(APIView):
    """The declarations of one submission."""

    permission_classes = (IsAuthenticated, MayReadOrSubmit)

    @extend_schema(responses=answers(DeclarationOut(many=True), 401, 403, 404), operation_id="declarations_of")
    def get(self, request: Request, submission_id: UUID) -> Response:
        """Every version, the newest first; to the team and to organizers."""
        versions = submission_of(request, submission_id).declarations.select_related("author")
        return Response(DeclarationOut(versions, many=True).data)

    @extend_schema(
        request=DeclarationIn,
        responses=answers({201: DeclarationOut}, 400, 401, 403, 404, 409, 413, 415),
        operation_id="declare",
    )
    def post(self, request: Request, submission_id: UUID) -> Response:
        """The next version. After the competition's day for it nothing that the team hasn't declared before: 403."""
        submission = submission_of(request, submission_id)
        if not submission.team.memberships.filter(user=request.user).exists():
            raise Forbidden("not_your_team", "Only the team itself can do this.")
        words = said(DeclarationIn, request)
        return Response(DeclarationOut(declare(submission, user=request.user, **words)).data, status=201)


class Declarations(APIView):
    """What is declared for the submissions that stand."""

    permission_classes = (AllowAny,)

    @extend_schema(
        parameters=[OpenApiParameter("phase", str), OpenApiParameter("track", str)],
        responses=answers(DeclaredOut(many=True), 404),
        operation_id="declarations",
    )
    def get(self, request: Request, slug: str) -> Response:
        """After the close, where the competition shows it; what teams haven't chosen once the board is published."""
        competition = competition_of(slug, request.user)
        of = {}
        if key := request.query_params.get("phase"):
            of["phase"] = phase_of(competition, key)
        if kind := request.query_params.get("track"):
            of["track"] = track_of(competition, kind)
        return Response(DeclaredOut(public_declarations(competition, competition.now(), **of), many=True).data)


class Export(OrganizersView):
    """All declarations as a table."""

    @extend_schema(
        responses=answers({(200, "text/csv"): OpenApiTypes.STR}, 401, 403, 404), operation_id="export_declarations"
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """Every version, a row for each thing it lists (kind `none` where nothing). That it was fetched is written."""
        competition = organized_competition(request, slug)
        write_down(competition, request.user, "export_declarations", competition.slug)
        headers = own_file(f"{competition.slug}-declarations.csv")
        return StreamingHttpResponse(_rows(competition), content_type="text/csv; charset=utf-8", headers=headers)


def _rows(competition: Competition) -> Iterator[bytes]:
    yield csv_lines([[*COLUMNS, *ITEM_COLUMNS]])
    for one in all_declarations(competition).iterator(chunk_size=500):
        submission = one.submission
        facts: list[object] = [
            submission.team.name,
            submission.phase.key,
            submission.track.kind,
            submission.pk,
            submission.selected_at is not None,
            submission.picked_at is not None,
            one.version,
            one.declared_at.isoformat(),
            one.author.username if one.author else "",
        ]
        items = one.items or [{"kind": "none", "name": "", "source": "", "licence": "", "public": ""}]
        yield csv_lines([*facts, *(item[column] for column in ITEM_COLUMNS)] for item in items)
