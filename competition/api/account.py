"""The caller's own account."""

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from competition.api.answers import answers
from competition.api.scopes import MayRead
from competition.operations.export_person import export_person


class AccountExport(APIView):
    """Everything that the server keeps about the caller."""

    permission_classes = (IsAuthenticated, MayRead)

    @extend_schema(responses=answers({200: OpenApiTypes.OBJECT}, 401, 403), operation_id="account_export")
    def get(self, request: Request) -> HttpResponse:
        """Account, acceptances, teams, submissions' records, letters, times of sessions, names of tokens: no secret."""
        answer = JsonResponse(export_person(request.user), encoder=DjangoJSONEncoder)
        answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
        answer["Cache-Control"] = "private, no-store"
        return answer
