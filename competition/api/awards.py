"""Awards: announced versions for everybody, and what they would be now for organizers; and the citation as BibTeX."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from competition.api.answers import answers
from competition.api.award_forms import AnnounceIn, AwardsOut, ProposalOut
from competition.api.deadline_forms import DeadlineIn, DeadlinesOut
from competition.api.find import competition_of, organized_competition, phase_of, track_of
from competition.api.parsing import said
from competition.api.scopes import OrganizersView
from competition.errors import Invalid
from competition.models import Awards
from competition.operations.announce_awards import announce_awards
from competition.operations.extend_deadline import extend_deadline
from competition.operations.propose_awards import propose_awards
from competition.operations.publishing_results import bibtex_of


class AwardsList(APIView):
    """What was announced."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=answers(AwardsOut(many=True), 404), operation_id="awards")
    def get(self, request: Request, slug: str) -> Response:
        """Every version by phase and track, the newest first: that one counts."""
        competition = competition_of(slug, request.user)
        versions = Awards.objects.filter(phase__competition=competition).select_related("phase", "track", "board")
        return Response(AwardsOut(versions.defer("board__entries").prefetch_related("rows"), many=True).data)


class PhaseAwards(OrganizersView):
    """The awards of a phase as they would be now."""

    @extend_schema(
        parameters=[OpenApiParameter("track", str, required=True)],
        responses=answers(ProposalOut, 400, 401, 403, 404, 409),
        operation_id="propose_awards",
    )
    def get(self, request: Request, slug: str, key: str) -> Response:
        """Computed from the final board; 409 before that is published and while a newer one is on its way."""
        competition = organized_competition(request, slug)
        kind = request.query_params.get("track", "")
        if not kind:
            raise Invalid("track_missing", 'Say which track: "?track=detection", for example.', field="track")
        phase, track = phase_of(competition, key), track_of(competition, kind)
        latest = Awards.objects.latest_of(phase, track)
        return Response(ProposalOut(propose_awards(phase, track), context={"latest": latest}).data)

    @extend_schema(
        request=AnnounceIn,
        responses=answers({201: AwardsOut}, 400, 401, 403, 404, 409, 413, 415),
        operation_id="announce_awards",
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Announce what is proposed: a numbered version that never changes, after the first one with the reason."""
        competition = organized_competition(request, slug)
        words = said(AnnounceIn, request)
        phase, track = phase_of(competition, key), track_of(competition, words["track"])
        awards = announce_awards(phase, track, organizer=request.user, reason=words["reason"])
        return Response(AwardsOut(awards).data, status=201)


class Deadlines(OrganizersView):
    """The competition's own deadlines."""

    @extend_schema(
        request=DeadlineIn,
        responses=answers(DeadlinesOut, 400, 401, 403, 404, 409, 413, 415),
        operation_id="extend_deadline",
    )
    def post(self, request: Request, slug: str) -> Response:
        """Move one to a later time, never to an earlier one. Everybody sees the reason."""
        competition = organized_competition(request, slug)
        words = said(DeadlineIn, request)
        competition = extend_deadline(competition, organizer=request.user, **words)
        return Response(DeadlinesOut(competition).data)


class Citation(APIView):
    """What a publication with the competition's results cites."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=answers({(200, "application/x-bibtex"): OpenApiTypes.STR}, 404), operation_id="citation")
    def get(self, request: Request, slug: str) -> HttpResponse:
        """As BibTeX."""
        competition = competition_of(slug, request.user)
        response = HttpResponse(bibtex_of(competition), content_type="application/x-bibtex; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{competition.slug}.bib"'
        return response
