"""The caller's own account."""

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from competition.api.account_forms import AcceptedTermsOut, AccountOut, TermsIn
from competition.api.answers import OWN, answers, own_file
from competition.api.find import competition_of
from competition.api.parsing import said
from competition.api.scopes import MayRead, MayTakePart, ParticipantsView
from competition.models import ApiToken
from competition.operations.enter import accept_terms
from competition.operations.export_person import export_person
from competition.operations.leave import own_membership
from competition.operations.tell_account import entries_of


class Account(APIView):
    """Who calls."""

    permission_classes = (IsAuthenticated, MayTakePart)

    @extend_schema(responses=answers(AccountOut, 401, 403), operation_id="account")
    def get(self, request: Request) -> Response:
        """The caller's name and token; in each competition the team, what is accepted, and what is left to upload."""
        token = request.auth if isinstance(request.auth, ApiToken) else None
        body = {"username": request.user.username, "token": token, "entries": entries_of(request.user)}
        return Response(AccountOut(body).data, headers=OWN)


class AcceptTerms(ParticipantsView):
    """Accepting a new version of the terms."""

    @extend_schema(
        request=TermsIn,
        responses=answers(AcceptedTermsOut, 400, 401, 403, 404, 413, 415),
        operation_id="accept_terms",
    )
    def post(self, request: Request, slug: str) -> Response:
        """The current one, named by its version, by who takes part. Safe to call twice."""
        competition = competition_of(slug, request.user)
        words = said(TermsIn, request)
        own_membership(request.user, competition)
        accept_terms(user=request.user, competition=competition, version=words["version"])
        return Response(AcceptedTermsOut(words).data)


class AccountExport(APIView):
    """Everything that the server keeps about the caller."""

    permission_classes = (IsAuthenticated, MayRead)

    @extend_schema(responses=answers({200: OpenApiTypes.OBJECT}, 401, 403), operation_id="account_export")
    def get(self, request: Request) -> HttpResponse:
        """Account, acceptances, teams, submissions' records, letters, times of sessions, names of tokens: no secret."""
        return JsonResponse(export_person(request.user), encoder=DjangoJSONEncoder, headers=own_file("my-data.json"))
