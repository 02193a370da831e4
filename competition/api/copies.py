"""Copies of a competition: clones for another time, rehearsals with a clock of their own, and who sees them."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from competition.api.answers import answers, own_file
from competition.api.find import organized_competition
from competition.api.parsing import said
from competition.api.scopes import OrganizersView, ParticipantsView
from competition.api.truth_forms import ConfirmIn
from competition.models import Competition
from competition.operations.clone import clone, rehearse
from competition.operations.delete_rehearsal import delete_rehearsal
from competition.operations.export_description import yaml_of
from competition.operations.invite_guests import become_guest, invited_to, renew_guest_link
from competition.operations.make_public import make_public
from competition.operations.move_clock import move_clock


class CopyOut(serializers.ModelSerializer[Competition]):
    """A copy as its organizers see it."""

    now = serializers.DateTimeField(help_text="The time in it.")
    invitation = serializers.CharField(help_text="Whoever has it may see the competition while it is hidden.")

    class Meta:
        model = Competition
        fields = ("slug", "title", "hidden", "rehearsal", "now", "invitation")


class CloneIn(serializers.Serializer[Any]):
    """The copy's slug and title (left out: the same), by how many days its dates are moved, and whether it has the same
    hidden labels."""

    slug = serializers.CharField(max_length=80)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    shift_days = serializers.IntegerField(required=False, default=0, min_value=-3660, max_value=3660)
    sealed = serializers.BooleanField(required=False, default=False)


class RehearsalIn(serializers.Serializer[Any]):
    """The rehearsal's slug, and whether it has the same hidden labels."""

    slug = serializers.CharField(max_length=80)
    sealed = serializers.BooleanField(required=False, default=True)


class ClockIn(serializers.Serializer[Any]):
    """To an instant of the rehearsal's time, or by so many seconds."""

    to = serializers.DateTimeField(required=False, allow_null=True, default=None)
    seconds = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=10**9)


class DeletedOut(serializers.Serializer[Any]):
    """What is gone."""

    deleted = serializers.CharField()
    submissions = serializers.IntegerField()


class GuestIn(serializers.Serializer[Any]):
    """The invitation that an organizer has passed on."""

    invitation = serializers.CharField(max_length=100)


class GuestOut(serializers.Serializer[Any]):
    """What may be seen from now on."""

    competition = serializers.CharField()
    title = serializers.CharField()


class Clone(OrganizersView):
    """A copy for another time."""

    @extend_schema(
        request=CloneIn, responses=answers({201: CopyOut}, 400, 401, 403, 404, 409, 413, 415), operation_id="clone"
    )
    def post(self, request: Request, slug: str) -> Response:
        """A hidden draft that says the same, without people and submissions."""
        competition = organized_competition(request, slug)
        words = said(CloneIn, request)
        shift = timedelta(days=words.pop("shift_days"))
        return Response(CopyOut(clone(competition, by=request.user, shift=shift, **words)).data, status=201)


class Rehearsals(OrganizersView):
    """Copies to try out."""

    @extend_schema(
        request=RehearsalIn,
        responses=answers({201: CopyOut}, 400, 401, 403, 404, 409, 413, 415),
        operation_id="rehearse",
    )
    def post(self, request: Request, slug: str) -> Response:
        """A hidden copy with the real dates, whose clock can be moved and which can be deleted."""
        competition = organized_competition(request, slug)
        copied = rehearse(competition, by=request.user, **said(RehearsalIn, request))
        return Response(CopyOut(copied).data, status=201)


class Description(OrganizersView):
    """`competition.yaml`."""

    @extend_schema(
        responses=answers({(200, "application/yaml"): OpenApiTypes.STR}, 401, 403, 404), operation_id="description"
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """What the competition says, as `create_competition` reads it; without anything hidden."""
        competition = organized_competition(request, slug)
        headers = own_file(f"{competition.slug}-competition.yaml")
        return HttpResponse(yaml_of(competition), content_type="application/yaml; charset=utf-8", headers=headers)


class Clock(OrganizersView):
    """The clock of a rehearsal."""

    @extend_schema(
        request=ClockIn, responses=answers(CopyOut, 400, 401, 403, 404, 409, 413, 415), operation_id="move_clock"
    )
    def post(self, request: Request, slug: str) -> Response:
        """Forward, to an instant of its time or by a span; what is due by then happens within seconds."""
        competition = organized_competition(request, slug)
        words = said(ClockIn, request)
        by = None if words["seconds"] is None else timedelta(seconds=words["seconds"])
        return Response(CopyOut(move_clock(competition, organizer=request.user, to=words["to"], by=by)).data)


class GuestLink(OrganizersView):
    """The invitation to a hidden competition."""

    @extend_schema(request=None, responses=answers(CopyOut, 401, 403, 404), operation_id="renew_guest_link")
    def post(self, request: Request, slug: str) -> Response:
        """Another one; the old one opens nothing any more."""
        competition = renew_guest_link(organized_competition(request, slug), organizer=request.user)
        return Response(CopyOut(competition).data)


class MakePublic(OrganizersView):
    """A draft becomes public."""

    @extend_schema(request=None, responses=answers(CopyOut, 401, 403, 404, 409), operation_id="make_public")
    def post(self, request: Request, slug: str) -> Response:
        """For good; from then on everybody sees it, and its phases follow their dates."""
        return Response(CopyOut(make_public(organized_competition(request, slug), organizer=request.user)).data)


class Delete(OrganizersView):
    """The end of a rehearsal."""

    @extend_schema(
        request=ConfirmIn,
        responses=answers(DeletedOut, 400, 401, 403, 404, 409, 413, 415),
        operation_id="delete_rehearsal",
    )
    def post(self, request: Request, slug: str) -> Response:
        """All its rows and files; no other competition can be deleted."""
        competition = organized_competition(request, slug)
        confirm = said(ConfirmIn, request)["confirm"]
        submissions = delete_rehearsal(competition, organizer=request.user, confirm=confirm)
        return Response(DeletedOut({"deleted": slug, "submissions": submissions}).data)


class Guests(ParticipantsView):
    """Following an invitation."""

    @extend_schema(
        request=GuestIn, responses=answers(GuestOut, 400, 401, 403, 404, 413, 415), operation_id="become_guest"
    )
    def post(self, request: Request, slug: str) -> Response:
        """See a hidden competition from now on, and be able to enter it."""
        competition = invited_to(slug, said(GuestIn, request)["invitation"])
        become_guest(competition, user=request.user)
        return Response(GuestOut({"competition": competition.slug, "title": competition.title}).data)
