"""What organizers do: scoring again, publishing a phase, disqualifying and restoring, trying again."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from competition.api.answers import answers
from competition.api.find import organized_competition, phase_of, submission_of
from competition.api.organize_forms import ChoiceOut, ReasonIn, RescoreIn
from competition.api.parsing import said
from competition.api.phase_forms import PhaseOut, phase_now
from competition.api.scopes import OrganizersView
from competition.api.submission import detail_of
from competition.api.submission_forms import SubmissionDetailOut
from competition.api.truth_forms import TruthOut
from competition.errors import Conflict, Forbidden
from competition.models import Submission
from competition.operations.disqualify import disqualify
from competition.operations.regret import choices_of
from competition.operations.restore import restore
from competition.operations.retry import retry
from competition.operations.reveal import reveal
from competition.operations.stage import rescore


class Rescore(OrganizersView):
    """Scoring everything again."""

    @extend_schema(
        request=RescoreIn,
        responses=answers({202: TruthOut}, 400, 401, 403, 404, 409, 413, 415),
        operation_id="rescore",
    )
    def post(self, request: Request, slug: str) -> Response:
        """Against the same labels with the metric as it is now; the boards switch when all is done."""
        competition = organized_competition(request, slug)
        words = said(RescoreIn, request)
        if words["confirm"] != competition.slug:
            raise Conflict("not_confirmed", f'Send "confirm": "{competition.slug}".')
        truth = rescore(competition, reason=words["reason"], by=request.user, hold=words["hold"])
        return Response(TruthOut(truth).data, status=202)


class PublishPhase(OrganizersView):
    """The final board."""

    @extend_schema(request=None, responses=answers(PhaseOut, 401, 403, 404, 409), operation_id="publish_phase")
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Show the private part of a closed phase."""
        competition = organized_competition(request, slug)
        phase = reveal(phase_of(competition, key), organizer=request.user)
        return Response(phase_now(phase))


class Picks(OrganizersView):
    """What stands for each team on a phase's final board."""

    @extend_schema(responses=answers(ChoiceOut(many=True), 401, 403, 404), operation_id="picks")
    def get(self, request: Request, slug: str, key: str) -> Response:
        """By track and team, with its regret: what its best one scores more; empty before the picks are frozen."""
        competition = organized_competition(request, slug)
        return Response(ChoiceOut(choices_of(phase_of(competition, key)), many=True).data)


class Disqualify(OrganizersView):
    """Off the board, with a public reason."""

    @extend_schema(
        request=ReasonIn,
        responses=answers(SubmissionDetailOut, 400, 401, 403, 404, 413, 415),
        operation_id="disqualify",
    )
    def post(self, request: Request, submission_id: UUID) -> Response:
        """Needs the reason."""
        submission = _organized_submission(request, submission_id)
        words = said(ReasonIn, request)
        disqualify(submission, organizer=request.user, reason=words["reason"])
        return Response(detail_of(request, submission_id))


class Restore(OrganizersView):
    """Back on the board."""

    @extend_schema(
        request=ReasonIn,
        responses=answers(SubmissionDetailOut, 400, 401, 403, 404, 409, 413, 415),
        operation_id="restore",
    )
    def post(self, request: Request, submission_id: UUID) -> Response:
        """Takes a disqualification back; needs the reason, which is written down."""
        submission = _organized_submission(request, submission_id)
        words = said(ReasonIn, request)
        restore(submission, organizer=request.user, reason=words["reason"])
        return Response(detail_of(request, submission_id))


class Retry(OrganizersView):
    """Trying a failed submission again."""

    @extend_schema(
        request=None, responses=answers({202: SubmissionDetailOut}, 401, 403, 404, 409), operation_id="retry"
    )
    def post(self, request: Request, submission_id: UUID) -> Response:
        """With three attempts of its own; the upload counts again, and is given back if it fails once more."""
        retry(_organized_submission(request, submission_id), organizer=request.user)
        return Response(detail_of(request, submission_id), status=202)


def _organized_submission(request: Request, submission_id: UUID) -> Submission:
    """The submission, if the caller runs its competition."""
    submission = submission_of(request, submission_id)
    if not submission.team.competition.is_organized_by(request.user):
        raise Forbidden("not_organizer", "Only the competition's organizers can do this.")
    return submission
