"""The audit, readable by programs."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competition.api.answers import OWN, answers
from competition.api.find import organized_competition
from competition.api.scopes import OrganizersView
from competition.api.submissions import NewestFirst
from competition.operations.read_audit import COMMAND_LINE, events_of, people_named_in


class AuditEventOut(serializers.Serializer[Any]):
    """One act. `actor` is null for the command line and for accounts that are gone; only these have a number then."""

    number = serializers.IntegerField()
    happened_at = serializers.DateTimeField()
    actor = serializers.CharField(source="actor.username", allow_null=True, default=None)
    actor_number = serializers.IntegerField(allow_null=True)
    act = serializers.CharField()
    subject = serializers.CharField()
    reason = serializers.CharField()
    facts = serializers.JSONField()
    previous = serializers.CharField(help_text="the hash of the row before")
    hash = serializers.CharField()


class AuditPageOut(serializers.Serializer[Any]):
    """A page of the list."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = AuditEventOut(many=True)
    people = serializers.DictField(child=serializers.CharField(), help_text="who “person N” in these rows is now")


class _NewestFirst(NewestFirst):
    """By number."""

    ordering = ("-number",)


class Audit(OrganizersView):
    """What organizers did."""

    @extend_schema(
        responses=answers(AuditPageOut, 401, 403, 404),
        parameters=[
            OpenApiParameter("cursor", str),
            OpenApiParameter("act", str, description="only rows of this act"),
            OpenApiParameter("actor", str, description=f"only those of this username; “{COMMAND_LINE}” for no person"),
        ],
        operation_id="audit",
    )
    def get(self, request: Request, slug: str) -> Response:
        """Newest first, by cursor. Each row holds the hash of the one before it."""
        wanted = {name: request.query_params.get(name, "") for name in ("act", "actor")}
        pages = _NewestFirst()
        page = pages.paginate_queryset(events_of(organized_competition(request, slug), **wanted), request, self)
        rows = pages.get_paginated_response(AuditEventOut(page, many=True).data).data
        return Response({**rows, "people": people_named_in(page)}, headers=OWN)
