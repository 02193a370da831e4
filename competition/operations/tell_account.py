"""What a program asks for its person before it hands in: the teams, what is accepted, and what is left to upload."""

from dataclasses import dataclass
from datetime import datetime

from competition.models import Competition, Membership, Phase, RulesVersion, Team, Terms, Track, User
from competition.operations.accept_rules import rules_to_accept
from competition.operations.ask_to_enter import state_of_entry
from competition.operations.count_quota import QuotaState, quota_of
from competition.operations.enter import has_accepted_terms


@dataclass(frozen=True)
class Accepted:
    """The version that is asked for now, and whether the person has accepted it."""

    version: str
    accepted: bool


@dataclass(frozen=True)
class Limit:
    """What a team has left in a phase that takes uploads now."""

    phase: Phase
    track: Track
    quota: QuotaState
    late: bool


@dataclass(frozen=True)
class Entry:
    """A person's part in one competition. `terms` and `rules` are None where there are none."""

    competition: Competition
    team: Team
    state: str
    now: datetime
    terms: Accepted | None
    rules: Accepted | None
    limits: list[Limit]


def entries_of(user: User) -> list[Entry]:
    """All that the person has entered, the newest first."""
    memberships = Membership.objects.filter(user=user).select_related("team", "competition")
    return [_entry(membership, user) for membership in memberships.order_by("-joined_at", "-pk")]


def _entry(membership: Membership, user: User) -> Entry:
    competition = membership.competition
    now = competition.now()
    terms: Terms | None = competition.current_terms()
    rules: RulesVersion | None = competition.rules_versions.in_force(now)
    return Entry(
        competition=competition,
        team=membership.team,
        state=state_of_entry(user, competition),
        now=now,
        terms=terms and Accepted(terms.version, has_accepted_terms(user, competition)),
        rules=rules and Accepted(rules.version, rules_to_accept(user, competition) is None),
        limits=_limits(membership, now),
    )


def _limits(membership: Membership, now: datetime) -> list[Limit]:
    phases = [
        phase for phase in membership.competition.phases.all() if phase.state(now) == "open" or phase.takes_late(now)
    ]
    tracks = list(membership.competition.tracks.all())
    return [
        Limit(phase, track, quota_of(membership.team, phase, track, now), phase.takes_late(now))
        for phase in phases
        for track in tracks
    ]
