"""The rules page of a competition: its versions, what each changes, accepting one, publishing the next."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from competition.api.answers import answers
from competition.api.find import competition_of, organized_competition
from competition.api.parsing import said
from competition.api.rules_forms import AcceptedRulesOut, RulesIn, RulesOut, RulesTextOut
from competition.api.scopes import MayOrganize, ParticipantsView
from competition.errors import NotFound
from competition.models import Competition, RulesVersion
from competition.operations.accept_rules import accept_rules
from competition.operations.compare_rules import changes_of
from competition.operations.publish_rules import publish_rules


class Rules(APIView):
    """The versions of the rules: everybody reads, organizers publish."""

    def get_permissions(self) -> list[BasePermission]:
        """Publishing needs the scope."""
        return [IsAuthenticated(), MayOrganize()] if self.request.method == "POST" else [AllowAny()]

    @extend_schema(responses=answers(RulesOut(many=True), 404), operation_id="rules_versions")
    def get(self, request: Request, slug: str) -> Response:
        """All versions, oldest first, with their dates."""
        return Response(RulesOut(competition_of(slug, request.user).rules_versions.defer("text"), many=True).data)

    @extend_schema(
        request=RulesIn,
        responses=answers({201: RulesOut}, 400, 401, 403, 404, 409, 413, 415),
        operation_id="publish_rules",
    )
    def post(self, request: Request, slug: str) -> Response:
        """Publish the next version, with notice; everybody who takes part is told and must accept it."""
        competition = organized_competition(request, slug)
        words = said(RulesIn, request)
        rules = publish_rules(competition, organizer=request.user, **words)
        return Response(RulesOut(rules).data, status=201)


class OneVersion(APIView):
    """One version of the rules."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=answers(RulesTextOut, 404), operation_id="rules_version")
    def get(self, request: Request, slug: str, number: int) -> Response:
        """Its text, and what it changes against the version before."""
        rules = _rules_of(competition_of(slug, request.user), number)
        rules.changes = changes_of(rules)
        return Response(RulesTextOut(rules).data)


class AcceptRules(ParticipantsView):
    """Accepting a version."""

    @extend_schema(request=None, responses=answers(AcceptedRulesOut, 401, 403, 404, 409), operation_id="accept_rules")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """The one in force, or one that is not in force yet. Safe to call twice."""
        competition = competition_of(slug, request.user)
        rules = _rules_of(competition, number)
        accepted = accept_rules(user=request.user, competition=competition, number=rules.number)
        return Response(AcceptedRulesOut(accepted).data)


def _rules_of(competition: Competition, number: int) -> RulesVersion:
    rules = competition.rules_versions.filter(number=number).first()
    if rules is None:
        raise NotFound("not_found", "The rules of this competition have no such version.")
    return rules
