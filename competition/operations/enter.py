"""A person enters a competition: accepts its terms and founds or joins a team."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Forbidden, Invalid, NotFound
from competition.models import Acceptance, Competition, Departure, Membership, Team, Terms, User
from competition.operations.accept_rules import accept_at_entry
from competition.operations.archived import refuse_when_archived
from competition.operations.ask_to_enter import ask_to_enter
from competition.operations.claim import reopen_claims
from competition.operations.invite_guests import refuse_who_knows_the_labels
from competition.operations.look_alikes import skeleton
from competition.operations.may_merge import refuse_above_size
from competition.operations.name_team import cleaned_team_name, team_name_key


def enter(
    *,
    user: User,
    competition: Competition,
    team: str = "",
    invitation: str = "",
    accept_terms: str = "",
    accept_rules: str = "",
    answers: Sequence[str] = (),
) -> Membership:
    """Found the team of that name, or join the one that the invitation is of. One team per person and competition.

    Where organizers approve entrants, `answers` are those to their questions, and the entry waits for them.
    """
    if Membership.objects.of(user, competition):
        raise Conflict("entered_already", _("You have entered this competition already."))
    refuse_who_knows_the_labels(user, competition)
    refuse_when_archived(competition)
    refuse_after_the_last_entry(competition)
    terms = competition.current_terms()
    if terms is not None:
        _require_current(terms, accept_terms)
    now = competition.now()
    try:
        with transaction.atomic():
            joined = _team_of(competition, invitation) if invitation else _found(competition, team, user, now)
            reopen_claims(joined)
            membership = Membership.objects.create(team=joined, user=user, competition=competition, joined_at=now)
            if terms is not None:
                Acceptance.objects.get_or_create(terms=terms, user=user, defaults={"accepted_at": now})
            accept_at_entry(user=user, competition=competition, version=accept_rules)
            ask_to_enter(user=user, competition=competition, answers=answers)
    except IntegrityError as error:
        raise _named(error) from error
    return membership


def refuse_after_the_last_entry(competition: Competition) -> None:
    """Say no from the competition's day on; who is in by then stays in."""
    if competition.entry_until is not None and competition.now() >= competition.entry_until:
        raise Forbidden(
            "entry_closed",
            _("Entering was possible until {entry_until} UTC.").format(
                entry_until=f"{competition.entry_until:%Y-%m-%d %H:%M}"
            ),
        )


def accept_terms(*, user: User, competition: Competition, version: str) -> None:
    """Accept the current version of the terms. Safe to call twice."""
    terms = competition.current_terms()
    if terms is None:
        raise NotFound("no_terms", _("This competition has no terms to accept."))
    _require_current(terms, version)
    Acceptance.objects.get_or_create(terms=terms, user=user, defaults={"accepted_at": competition.now()})


def has_accepted_terms(user: User, competition: Competition) -> bool:
    """Whether the person accepted the version of the terms that is current."""
    terms = competition.current_terms()
    return terms is None or Acceptance.objects.filter(terms=terms, user=user).exists()


def _require_current(terms: Terms, version: str) -> None:
    if version != terms.version:
        raise Invalid(
            "terms_not_accepted",
            _('Read the terms and accept their current version: "accept_terms" must be "{version}".').format(
                version=terms.version
            ),
            field="accept_terms",
        )


def _team_of(competition: Competition, invitation: str) -> Team:
    """The team, locked so that of two who join at once only one takes the last place."""
    teams = Team.objects.living().filter(competition=competition, invitation=invitation)
    team = teams.select_for_update(no_key=True).first()
    if team is None:
        raise Invalid("unknown_invitation", _("No team of this competition has this invitation."), field="invitation")
    refuse_above_size(competition.team_size, team.memberships.count() + 1)
    return team


def _found(competition: Competition, name: str, user: User, now: datetime) -> Team:
    if Departure.objects.filter(user=user, competition=competition, had_handed_in=True).exists():
        raise Conflict(
            "left_a_team",
            _(
                "You have left a team that had handed in; you can join a team with its invitation, "
                "and not found another."
            ),
        )
    name = cleaned_team_name(name)
    return Team.objects.create(
        competition=competition, name=name, name_key=team_name_key(name), skeleton=skeleton(name), created_at=now
    )


def _named(error: IntegrityError) -> Conflict:
    if "no_two_teams_look" in str(error):
        return Conflict("team_name_taken", _("Another team has this name or one that looks the same; choose another."))
    return Conflict("entered_already", _("You have entered this competition already."))
