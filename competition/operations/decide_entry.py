"""An organizer approves an entry, or refuses it with a reason."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Invalid
from competition.models import Entrant, EntrantState, User
from competition.operations.audit import person, write_down
from competition.operations.reason import reason_kept
from competition.operations.write_letters import write_letters


@transaction.atomic
def decide_entry(entrant: Entrant, *, organizer: User, approve: bool, reason: str = "") -> Entrant:
    """Decide, also against an earlier decision. Safe to call twice: only a change is written down and told."""
    reason = "" if approve else reason_kept(reason)
    if not approve and not reason:
        raise Invalid("reason_missing", _("Give the reason; it is told to the person."), field="reason")
    state = EntrantState.APPROVED if approve else EntrantState.REFUSED
    others = Entrant.objects.filter(pk=entrant.pk).exclude(state=state)
    if others.update(state=state, reason=reason, decided_at=entrant.competition.now(), decided_by=organizer):
        act = "approve_entry" if approve else "refuse_entry"
        write_down(entrant.competition, organizer, act, person(entrant.user_id), reason=reason)
        _tell(entrant, approve, reason)
    entrant.refresh_from_db()
    return entrant


def _tell(entrant: Entrant, approved: bool, reason: str) -> None:
    if approved:
        text = "An organizer has approved your entry. You can upload while a phase is open."
        write_letters(entrant.competition, [entrant.user_id], "your entry is approved", text)
        return
    text = f"The organizers have not approved your entry. Their reason:\n\n{reason}"
    write_letters(entrant.competition, [entrant.user_id], "your entry is not approved", text)
