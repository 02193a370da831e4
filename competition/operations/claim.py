"""A team claims that it is eligible for a bracket, and an organizer confirms that or refuses it with a reason."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Invalid
from competition.models import Bracket, Claim, ClaimState, Results, Team, User
from competition.operations.audit import write_down
from competition.operations.reason import reason_kept
from competition.operations.write_letters import members_of, write_letters

LONGEST_STATEMENT = 2000


@transaction.atomic
def claim(bracket: Bracket, *, team: Team, user: User, statement: str) -> Claim:
    """Say what it rests on; another statement, or one after a refusal, waits for the organizers again."""
    statement = statement.replace("\0", "").strip()
    if not bracket.eligibility:
        raise Conflict("open_to_all", _("Every team is eligible here; nothing has to be claimed."))
    if bracket.phase.results == Results.FINAL:
        raise Conflict("results_final", _("The results are final; nothing can be claimed any more."))
    if not 1 <= len(statement) <= LONGEST_STATEMENT:
        raise Invalid(
            "bad_statement",
            _("A statement has 1 to {longest_statement} characters.").format(longest_statement=LONGEST_STATEMENT),
            field="statement",
        )
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    before = Claim.objects.filter(team=team, bracket=bracket).first()
    if before is not None and before.statement == statement and before.state != ClaimState.REFUSED:
        return before
    facts = {"statement": statement, "claimed_by": user, "claimed_at": bracket.competition.now(), **_UNDECIDED}
    return Claim.objects.update_or_create(team=team, bracket=bracket, defaults=facts)[0]


@transaction.atomic
def decide_claim(claim: Claim, *, organizer: User, confirm: bool, reason: str = "") -> Claim:
    """Decide, also against an earlier decision. Safe to call twice: only a change is written down and told."""
    reason = reason_kept(reason)
    if not confirm and not reason:
        raise Invalid("reason_missing", _("Give the reason; it is told to the team."), field="reason")
    state = ClaimState.CONFIRMED if confirm else ClaimState.REFUSED
    bracket, competition = claim.bracket, claim.bracket.competition
    others = Claim.objects.filter(pk=claim.pk).exclude(state=state)
    if others.update(state=state, reason=reason, decided_by=organizer, decided_at=competition.now()):
        act = "confirm_claim" if confirm else "refuse_claim"
        facts = {"bracket": bracket.key, "statement": claim.statement}
        write_down(competition, organizer, act, claim.team.name, reason=reason, **facts)
        told = f"The organizers have {'confirmed' if confirm else 'refused'} that your team is eligible."
        told += f" Their reason:\n\n{reason}" if reason else ""
        write_letters(competition, members_of(claim.team_id), f"your claim to {bracket.title}", told)
    claim.refresh_from_db()
    return claim


def reopen_claims(team: Team) -> None:
    """Who is in the team has changed, so what was confirmed of it is to be decided again."""
    Claim.objects.filter(team=team, state=ClaimState.CONFIRMED).update(**_UNDECIDED)


_UNDECIDED = {"state": ClaimState.WAITING, "reason": "", "decided_by": None, "decided_at": None}
