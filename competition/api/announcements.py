"""What the organizers of a competition tell everybody who takes part."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from competition.api.answers import answers
from competition.api.find import competition_of, organized_competition
from competition.api.organize_forms import AnnouncementIn, AnnouncementOut
from competition.api.parsing import said
from competition.api.scopes import MayOrganize
from competition.operations.announce import announce


class Announcements(APIView):
    """The announcements of a competition: everybody reads, organizers post."""

    def get_permissions(self) -> list[BasePermission]:
        """Posting needs the scope."""
        return [IsAuthenticated(), MayOrganize()] if self.request.method == "POST" else [AllowAny()]

    @extend_schema(responses=answers(AnnouncementOut(many=True), 404), operation_id="announcements")
    def get(self, request: Request, slug: str) -> Response:
        """Newest first."""
        return Response(AnnouncementOut(competition_of(slug, request.user).announcements.all(), many=True).data)

    @extend_schema(
        request=AnnouncementIn,
        responses=answers({201: AnnouncementOut}, 400, 401, 403, 404, 413, 415),
        operation_id="announce",
    )
    def post(self, request: Request, slug: str) -> Response:
        """On the pages at once, and as a letter to everybody who takes part; it is never changed."""
        competition = organized_competition(request, slug)
        words = said(AnnouncementIn, request)
        posted = announce(competition, organizer=request.user, **words)
        return Response(AnnouncementOut(posted).data, status=201)
