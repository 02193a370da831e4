"""Competitions: what they are, their files, entering them."""

from django.db.models import Prefetch
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from competition.api.answers import answers
from competition.api.competition_forms import CompetitionOut, EntryIn, EntryOut
from competition.api.find import competition_of, track_of
from competition.api.parsing import said
from competition.api.scopes import ParticipantsView
from competition.api.tagged import tagged
from competition.clock import database_now
from competition.errors import Invalid
from competition.models import ApiToken, Competition, Handout, Manifest, RulesVersion, TrackKind
from competition.operations.ask_to_enter import state_of_entry
from competition.operations.check_file import images_of
from competition.operations.enter import enter
from competition.operations.hand_out import handout_of, refuse_unless_may_download
from scoring import sample_classification, sample_detection


def _with_parts(competitions: object) -> object:
    handouts = Prefetch("handouts", Handout.objects.defer("content"))
    rules = Prefetch("rules_versions", RulesVersion.objects.defer("text"))
    return competitions.select_related("manifest").prefetch_related(
        "tracks",
        "phases__extensions",
        "terms",
        "deadline_extensions",
        "brackets__phase",
        "brackets__track",
        handouts,
        rules,
    )


class CompetitionList(APIView):
    """All competitions."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=answers(CompetitionOut(many=True)), operation_id="competitions")
    def get(self, request: Request) -> Response:
        """All that the caller may know of, oldest first."""
        competitions = _with_parts(Competition.objects.visible_to(request.user))
        return Response(CompetitionOut(competitions, many=True, context={"now": database_now()}).data)


class CompetitionDetail(APIView):
    """One competition."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=answers(CompetitionOut, 404), operation_id="competition")
    def get(self, request: Request, slug: str) -> Response:
        """Tracks, labels, metric, phases, limits, terms."""
        competition = _with_parts(Competition.objects.filter(pk=competition_of(slug, request.user).pk)).get()
        return Response(CompetitionOut(competition, context={"now": database_now()}).data)


class ManifestFile(APIView):
    """The list of images."""

    permission_classes = (AllowAny,)

    @extend_schema(
        responses=answers({(200, "text/csv"): OpenApiTypes.STR, 304: None}, 401, 403, 404), operation_id="manifest"
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """`image_id[,width,height]` as CSV, with a strong ETag."""
        competition = competition_of(slug, request.user)
        _require_right_to_download(request, competition)
        manifest = Manifest.objects.get(competition=competition)
        return tagged(request._request, csv_file(bytes(manifest.content), f"{competition.slug}-manifest.csv"))


class SampleFile(APIView):
    """A file that can be uploaded."""

    permission_classes = (AllowAny,)

    @extend_schema(
        parameters=[OpenApiParameter("track", str, required=True)],
        responses=answers({(200, "text/csv"): OpenApiTypes.STR}, 400, 401, 403, 404),
        operation_id="sample",
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Random and valid, for the track."""
        competition = competition_of(slug, request.user)
        _require_right_to_download(request, competition)
        kind = request.query_params.get("track", "")
        if not kind:
            raise Invalid("track_missing", 'Say which track: "?track=detection", for example.', field="track")
        track = track_of(competition, kind)
        write = sample_detection if track.kind == TrackKind.DETECTION else sample_classification
        content = write(images_of(competition), track.labels)
        return csv_file(content, f"{competition.slug}-{track.kind}-sample.csv")


class HandoutFile(APIView):
    """A file for participants."""

    permission_classes = (AllowAny,)

    @extend_schema(
        responses=answers({(200, "application/octet-stream"): OpenApiTypes.BINARY}, 401, 403, 404),
        operation_id="competition_file",
    )
    def get(self, request: Request, slug: str, name: str) -> HttpResponse:
        """As the organizers gave it, for those who have entered where the competition says so."""
        competition = competition_of(slug, request.user)
        _require_right_to_download(request, competition)
        handout = handout_of(competition, name)
        response = HttpResponse(bytes(handout.content), content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="{handout.name}"'
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response


def _require_right_to_download(request: Request, competition: Competition) -> None:
    """401 or 403 where the competition's files are for those who have entered."""
    if not competition.files_need_entry:
        return
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in: the files of this competition are for those who have entered it.")
    if isinstance(request.auth, ApiToken) and not {"read", "submit"} & set(request.auth.scopes):
        raise PermissionDenied('This token lacks the scope "read".')
    refuse_unless_may_download(request.user, competition)


class Entry(ParticipantsView):
    """Taking part."""

    @extend_schema(
        request=EntryIn,
        responses=answers({201: EntryOut}, 400, 401, 403, 404, 409, 413, 415),
        operation_id="enter",
    )
    def post(self, request: Request, slug: str) -> Response:
        """Accept the terms and found a team, or join one with its invitation."""
        competition = competition_of(slug, request.user)
        words = said(EntryIn, request)
        membership = enter(user=request.user, competition=competition, **words)
        team = membership.team
        body = {"competition": competition.slug, "team": team.name, "invitation": team.invitation}
        body["state"] = state_of_entry(request.user, competition)
        return Response(EntryOut(body).data, status=201)


def csv_file(content: bytes, name: str) -> HttpResponse:
    """A CSV to be saved, never shown."""
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
