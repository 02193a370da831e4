"""A person enters a competition: accepts its terms and founds or joins a team."""

from django.db import IntegrityError, transaction

from competition.errors import Conflict, Invalid, NotFound
from competition.models import Acceptance, Competition, Membership, Team, Terms, User
from competition.operations.name_team import cleaned_team_name, team_name_key


def enter(
    *, user: User, competition: Competition, team: str = "", invitation: str = "", accept_terms: str = ""
) -> Membership:
    """Found the team of that name, or join the one that the invitation is of. One team per person and competition."""
    if Membership.objects.of(user, competition):
        raise Conflict("entered_already", "You have entered this competition already.")
    terms = competition.current_terms()
    if terms is not None:
        _require_current(terms, accept_terms)
    try:
        with transaction.atomic():
            joined = _team_of(competition, invitation) if invitation else _found(competition, team)
            membership = Membership.objects.create(team=joined, user=user, competition=competition)
            if terms is not None:
                Acceptance.objects.get_or_create(terms=terms, user=user)
    except IntegrityError as error:
        raise _named(error) from error
    return membership


def accept_terms(*, user: User, competition: Competition, version: str) -> None:
    """Accept the current version of the terms. Safe to call twice."""
    terms = competition.current_terms()
    if terms is None:
        raise NotFound("no_terms", "This competition has no terms to accept.")
    _require_current(terms, version)
    Acceptance.objects.get_or_create(terms=terms, user=user)


def has_accepted_terms(user: User, competition: Competition) -> bool:
    """Whether the person accepted the version of the terms that is current."""
    terms = competition.current_terms()
    return terms is None or Acceptance.objects.filter(terms=terms, user=user).exists()


def _require_current(terms: Terms, version: str) -> None:
    if version != terms.version:
        raise Invalid(
            "terms_not_accepted",
            f'Read the terms and accept their current version: "accept_terms" must be "{terms.version}".',
            field="accept_terms",
        )


def _team_of(competition: Competition, invitation: str) -> Team:
    team = Team.objects.filter(competition=competition, invitation=invitation).first()
    if team is None:
        raise Invalid("unknown_invitation", "No team of this competition has this invitation.", field="invitation")
    return team


def _found(competition: Competition, name: str) -> Team:
    name = cleaned_team_name(name)
    return Team.objects.create(competition=competition, name=name, name_key=team_name_key(name))


def _named(error: IntegrityError) -> Conflict:
    if "no_two_teams_look_the_same" in str(error):
        return Conflict("team_name_taken", "Another team has this name or one that looks the same; choose another.")
    return Conflict("entered_already", "You have entered this competition already.")
