"""What organizers do with a phase: check and open a draft, extend it."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from competition.api.answers import answers
from competition.api.find import organized_competition
from competition.api.organize_forms import AppealsIn, ChecklistOut, ExtensionIn, ResultsIn
from competition.api.parsing import said
from competition.api.phase_forms import PhaseOut, phase_now
from competition.api.scopes import OrganizersView
from competition.errors import NotFound
from competition.models import Phase
from competition.operations.extend import extend
from competition.operations.open_phase import checklist, open_phase, request_launch_check
from competition.operations.settle import open_appeals, settle


class Extend(OrganizersView):
    """A later deadline."""

    @extend_schema(
        request=ExtensionIn,
        responses=answers(PhaseOut, 400, 401, 403, 404, 409, 413, 415),
        operation_id="extend_phase",
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Later than it closes and than now, before its final board is published. Everybody sees the reason."""
        phase = _phase(request, slug, key)
        words = said(ExtensionIn, request)
        phase = extend(phase, organizer=request.user, **words)
        return Response(phase_now(phase))


class Checklist(OrganizersView):
    """What is looked at before a draft is opened."""

    @extend_schema(responses=answers(ChecklistOut(many=True), 401, 403, 404), operation_id="checklist")
    def get(self, request: Request, slug: str, key: str) -> Response:
        """Each line passed or not; null where a worker has not answered yet."""
        return Response(ChecklistOut(checklist(_phase(request, slug, key)), many=True).data)

    @extend_schema(
        request=None,
        responses=answers({202: ChecklistOut(many=True)}, 401, 403, 404, 409),
        operation_id="check_launch",
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Have a worker check with files made from the labels; read the checklist again in a few seconds."""
        phase = _phase(request, slug, key)
        request_launch_check(phase.competition, organizer=request.user)
        return Response(ChecklistOut(checklist(phase), many=True).data, status=202)


class OpenPhase(OrganizersView):
    """Opening a draft by hand."""

    @extend_schema(request=None, responses=answers(PhaseOut, 401, 403, 404, 409), operation_id="open_phase")
    def post(self, request: Request, slug: str, key: str) -> Response:
        """From now on participants see the phase, and it follows its dates; 409 before its checklist is passed."""
        phase = open_phase(_phase(request, slug, key), organizer=request.user)
        return Response(phase_now(phase))


class SettleResults(OrganizersView):
    """Provisional, verified, final."""

    @extend_schema(
        request=ResultsIn,
        responses=answers(PhaseOut, 400, 401, 403, 404, 409, 413, 415),
        operation_id="settle_results",
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """The next step of published results, with what it rests on; final once verified and the appeals are over."""
        phase = _phase(request, slug, key)
        words = said(ResultsIn, request)
        phase = settle(phase, organizer=request.user, **words)
        return Response(phase_now(phase))


class OpenAppeals(OrganizersView):
    """The appeal window."""

    @extend_schema(
        request=AppealsIn,
        responses=answers(PhaseOut, 400, 401, 403, 404, 409, 413, 415),
        operation_id="open_appeals",
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """So many days from now; a window that is told is made longer, never shorter."""
        phase = _phase(request, slug, key)
        words = said(AppealsIn, request)
        phase = open_appeals(phase, organizer=request.user, **words)
        return Response(phase_now(phase))


def _phase(request: Request, slug: str, key: str) -> Phase:
    """The phase, drafts included, if the caller runs the competition."""
    competition = organized_competition(request, slug)
    phase = Phase.every.filter(competition=competition, key=key).first()
    if phase is None:
        raise NotFound("not_found", "This competition has no such phase.")
    return phase
