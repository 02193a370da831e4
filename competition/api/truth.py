"""The ground truth in the organizers' hands: a new version, its preview, the rank changes, the word to switch."""

import json
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from competition.api.answers import OWN, answers
from competition.api.draining import DrainingView
from competition.api.find import organized_competition
from competition.api.parsing import said
from competition.api.scopes import MayOrganize, OrganizersView
from competition.api.truth_forms import (
    TRUTH_FORM,
    ConfirmIn,
    PreviewOut,
    TruthDetailOut,
    TruthOut,
    TruthProgressOut,
)
from competition.errors import Invalid, NotFound
from competition.models import GroundTruth
from competition.multipart import Received, UploadTooLarge, receive
from competition.operations.decide_truth import confirm_truth, drop_truth
from competition.operations.rank_changes import rank_changes
from competition.operations.replace_truth import preview_truth, replace_truth
from competition.uploading import MemoryUploadHandler

DRY_RUN = OpenApiParameter("dry_run", bool, description="1: only tell what the files hold; nothing is stored")
VERSION = OpenApiParameter("version", int, OpenApiParameter.PATH)


class NewTruth(DrainingView):
    """The versions of the ground truth, and a new one."""

    permission_classes = (IsAuthenticated, MayOrganize)
    parser_classes = (MultiPartParser,)

    @extend_schema(responses=answers(TruthProgressOut(many=True), 401, 403, 404), operation_id="truths")
    def get(self, request: Request, slug: str) -> Response:
        """Every version, the newest first, with how far the scoring against it is."""
        competition = organized_competition(request, slug)
        versions = GroundTruth.objects.filter(competition=competition).with_progress().order_by("-version")
        return Response(TruthProgressOut(versions, many=True).data, headers=OWN)

    @extend_schema(
        request=TRUTH_FORM,
        parameters=[DRY_RUN],
        responses=answers({200: PreviewOut, 201: TruthOut}, 400, 401, 403, 404, 409, 413, 415, 422),
        operation_id="new_truth",
    )
    def post(self, request: Request, slug: str) -> Response:
        """One CSV per track, read in memory and sealed; every submission is scored again before the boards switch."""
        competition = organized_competition(request, slug)
        form = _form_of(request)
        files = {name: file.read() for name, file in form.files.items()}
        overrides, review = _overrides(form), form.fields.get("review", "").strip()
        if _is_yes(request.query_params.get("dry_run", ""), "dry_run"):
            found = preview_truth(competition=competition, files=files, overrides=overrides, review=review)
            told = {"on_parts": found.on_parts, "readers": found.persons, "agreement": found.agreement}
            return Response(PreviewOut(found.shown.as_json() | told).data, headers=OWN)
        truth = replace_truth(
            competition=competition,
            files=files,
            confirm=form.fields.get("confirm", ""),
            reason=form.fields.get("reason", ""),
            organizer=request.user,
            overrides=overrides,
            review=review,
            hold=_is_yes(form.fields.get("hold", ""), "hold"),
        )
        return Response(TruthOut(truth).data, status=201)


class TruthVersion(OrganizersView):
    """One version, and what it changes."""

    @extend_schema(parameters=[VERSION], responses=answers(TruthDetailOut, 401, 403, 404), operation_id="truth_version")
    def get(self, request: Request, slug: str, version: int) -> Response:
        """How far the scoring is and, of a version that is being prepared, the rank changes that it would cause."""
        truth = _truth(request, slug, version)
        return Response(_detail(truth), headers=OWN)


class ConfirmTruth(OrganizersView):
    """Letting a held version take over."""

    @extend_schema(
        request=ConfirmIn,
        parameters=[VERSION],
        responses=answers(TruthOut, 400, 401, 403, 404, 409, 413, 415),
        operation_id="confirm_truth",
    )
    def post(self, request: Request, slug: str, version: int) -> Response:
        """All boards switch at one instant, within a second or two."""
        truth = _truth(request, slug, version)
        return Response(TruthOut(confirm_truth(truth, confirm=_confirm(request), organizer=request.user)).data)


class DropTruth(OrganizersView):
    """Giving a held version up."""

    @extend_schema(
        request=ConfirmIn,
        parameters=[VERSION],
        responses=answers(TruthOut, 400, 401, 403, 404, 409, 413, 415),
        operation_id="drop_truth",
    )
    def post(self, request: Request, slug: str, version: int) -> Response:
        """The boards stay as they are."""
        truth = _truth(request, slug, version)
        return Response(TruthOut(drop_truth(truth, confirm=_confirm(request), organizer=request.user)).data)


def _detail(truth: GroundTruth) -> dict[str, Any]:
    changes = rank_changes(truth) if truth.state == "staged" else []
    return {**TruthProgressOut(truth).data, "rank_changes": [vars(change) for change in changes]}


def _form_of(request: Request) -> Received:
    limit = settings.ENVIRONMENT.upload_limit_bytes
    handler = MemoryUploadHandler(limit)
    form = receive(request._request, handler)
    if handler.too_large:
        raise UploadTooLarge(f"A file has at most {limit} bytes.")
    return form


def _overrides(form: Received) -> dict[str, str]:
    """The field `overrides`, a JSON object of check and reason."""
    text = form.fields.get("overrides", "")
    if not text:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(reason, str) for reason in found.values()):
        raise Invalid("bad_overrides", 'Send a JSON object such as {"G1": "the reason"}.', field="overrides")
    return found


def _is_yes(text: str, field: str) -> bool:
    if text.lower() in ("", "0", "false"):
        return False
    if text.lower() in ("1", "true"):
        return True
    raise Invalid("bad_value", f"{field} is 1 or 0.", field=field)


def _confirm(request: Request) -> str:
    words = said(ConfirmIn, request)
    return str(words["confirm"])


def _truth(request: Request, slug: str, version: int) -> GroundTruth:
    """The version, if the caller runs the competition."""
    versions = GroundTruth.objects.filter(competition=organized_competition(request, slug), version=version)
    truth = versions.with_progress().first()
    if truth is None:
        raise NotFound("not_found", "There is no such version of the ground truth.")
    return truth
