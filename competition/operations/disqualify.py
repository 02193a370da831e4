"""An organizer takes a submission off the board, with a public reason."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Invalid
from competition.models import Submission, User
from competition.operations.audit import write_down
from competition.operations.publish import request_publication
from competition.operations.write_letters import members_of, write_letters


@transaction.atomic
def disqualify(submission: Submission, *, organizer: User, reason: str) -> Submission:
    """Off the board, kept in the books. Safe to call twice: the first reason stands."""
    if not reason.strip():
        raise Invalid("reason_missing", _("Give the reason; it is shown to everybody."), field="reason")
    rows = Submission.objects.filter(pk=submission.pk, disqualified_at__isnull=True)
    if rows.update(disqualified_at=submission.team.competition.now(), disqualification=reason.strip()):
        write_down(submission.team.competition, organizer, "disqualify", submission.pk, reason=reason.strip())
        request_publication(submission.phase, submission.track)
        write_letters(
            submission.team.competition,
            members_of(submission.team),
            "a submission is disqualified",
            f"The organizers have disqualified your team's {submission.track.kind} submission of "
            f"{submission.received_at:%Y-%m-%d %H:%M} UTC ({submission.pk}). Their reason:\n\n{reason.strip()}",
        )
    submission.refresh_from_db()
    return submission
