"""An organizer has looked at a hint and lays it aside, with the reason."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Invalid
from competition.models import Hint, User
from competition.operations.audit import write_down
from competition.operations.reason import LONGEST_REASON


@transaction.atomic
def dismiss_hint(hint: Hint, *, organizer: User, reason: str) -> Hint:
    """Off the list of those that wait; it is kept with the reason, and goes on counting."""
    reason = reason.replace("\0", "").strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid(
            "reason_missing",
            _("Give the reason, in 1 to {longest_reason} characters.").format(longest_reason=LONGEST_REASON),
            field="reason",
        )
    now = hint.competition.now()
    waiting = Hint.objects.waiting().filter(pk=hint.pk)
    if not waiting.update(dismissed_at=now, dismissed_by=organizer, dismissal=reason):
        raise Conflict("dismissed_already", _("This hint is laid aside already."))
    write_down(hint.competition, organizer, "dismiss_hint", hint.pk, reason=reason, kind=hint.kind, pair=hint.pair)
    hint.refresh_from_db()
    return hint
