"""Two teams become one: one proposes, the other accepts, and all that both have handed in is the merged team's."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Forbidden, Invalid
from competition.models import (
    Allowance,
    Competition,
    ErratumReport,
    Membership,
    Merger,
    MergerState,
    PublishRequest,
    Submission,
    Team,
    User,
)
from competition.models.team import new_invitation
from competition.operations.accept_rules import refuse_unless_rules_accepted
from competition.operations.audit import write_down
from competition.operations.claim import reopen_claims
from competition.operations.leave import own_membership
from competition.operations.may_merge import lock_uploads, refuse_unless_mergeable
from competition.operations.write_letters import members_of, write_letters

LETTERS_APART = timedelta(days=1)
"""Who takes a proposal back and makes it again fills nobody's letter box."""


@transaction.atomic
def propose_merger(*, user: User, competition: Competition, team: str) -> Merger:
    """Offer the team of that name to join the person's own. The rules must hold now, and again when it accepts."""
    mine = own_membership(user, competition).team
    refuse_unless_rules_accepted(user, competition)
    name = " ".join(team.replace("\0", "").split())
    other = Team.objects.living().filter(competition=competition, name=name).first()
    if other is None:
        raise Invalid("unknown_team", _("No team of this competition has this name."), field="team")
    if other == mine:
        raise Invalid("own_team", _("This is your own team; name another."), field="team")
    if Merger.objects.filter(proposer=other, other=mine, state=MergerState.PROPOSED).exists():
        raise Conflict("proposed_already", _("This team has proposed the same to you; answer its proposal."))
    refuse_unless_mergeable(mine, other)
    now = competition.now()
    lately = Merger.objects.filter(proposer=mine, other=other, proposed_at__gt=now - LETTERS_APART)
    told_lately = lately.exists()
    try:
        with transaction.atomic():
            merger = Merger.objects.create(proposer=mine, other=other, proposed_by=user, proposed_at=now)
    except IntegrityError as error:
        raise Conflict("proposed_already", _("This is proposed already and waits for the other team.")) from error
    write_letters(
        competition,
        [] if told_lately else members_of(other),
        f"team {mine.name} proposes a merger",
        f"Team {mine.name} proposes that your team, {other.name}, joins it. The merged team is called {mine.name} and "
        "has all members and submissions of both. Accept or decline on the page of your team.",
    )
    return merger


@transaction.atomic
def accept_merger(merger: Merger, *, user: User) -> Team:
    """The other team joins the proposer: members, submissions, choices, allowances. Its boards are published anew."""
    _require_member(user, merger.other_id)
    refuse_unless_rules_accepted(user, merger.other.competition)
    ids = [merger.proposer_id, merger.other_id]
    locked = Team.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    teams = {team.pk: team for team in locked}
    into, joining = teams[merger.proposer_id], teams[merger.other_id]
    lock_uploads(into, joining)
    _answer(merger, user, MergerState.ACCEPTED)
    refuse_unless_mergeable(into, joining)
    moved = _move(joining, into)
    Merger.objects.filter(pk=merger.pk).update(moved=moved)
    _withdraw_others(joining, into)
    write_down(into.competition, user, "merge_teams", into.name, joined=joining.name, submissions=len(moved))
    write_letters(
        into.competition,
        members_of(into),
        f"{joining.name} has joined {into.name}",
        f"The teams {into.name} and {joining.name} are one now, called {into.name}, with all members and submissions "
        "of both. Look at its choices for the final ranking: of more than a phase allows, the newest are kept.",
    )
    return into


@transaction.atomic
def decline_merger(merger: Merger, *, user: User) -> None:
    """The team that is asked says no."""
    _require_member(user, merger.other_id)
    _answer(merger, user, MergerState.DECLINED)
    write_letters(
        merger.other.competition,
        members_of(merger.proposer_id),
        f"team {merger.other.name} declines the merger",
        f"Team {merger.other.name} does not join {merger.proposer.name}. Both teams stay as they are.",
    )


@transaction.atomic
def withdraw_merger(merger: Merger, *, user: User) -> None:
    """The team that proposed takes it back."""
    _require_member(user, merger.proposer_id)
    _answer(merger, user, MergerState.WITHDRAWN)
    _tell_withdrawn(merger, merger.other, f"Team {merger.proposer.name} has taken its proposal back.")


def _tell_withdrawn(merger: Merger, team: Team, why: str) -> None:
    """Once a day at most from one team to another, like the letters about proposals."""
    since = merger.answered_at - LETTERS_APART
    lately = Merger.objects.filter(
        proposer=merger.proposer_id, other=merger.other_id, state=MergerState.WITHDRAWN, answered_at__gt=since
    )
    if not lately.exclude(pk=merger.pk).exists():
        write_letters(
            team.competition, members_of(team), "a proposed merger is off", f"{why} Your team stays as it is."
        )


def _withdraw_others(joining: Team, into: Team) -> None:
    """What else was proposed by or to a team that has joined another is off, and the third team is told."""
    for merger in Merger.objects.open_for(joining):
        Merger.objects.filter(pk=merger.pk).update(state=MergerState.WITHDRAWN, answered_at=into.competition.now())
        third = merger.other if merger.proposer_id == joining.pk else merger.proposer
        merger.refresh_from_db()
        if third != into:
            _tell_withdrawn(merger, third, f"Team {joining.name} has joined team {into.name}.")


def _require_member(user: User, team_id: int) -> None:
    if not Membership.objects.filter(user=user, team=team_id).exists():
        raise Forbidden("not_your_team", _("This is for the members of the other team to do."))


def _answer(merger: Merger, user: User, state: MergerState) -> None:
    waiting = Merger.objects.filter(pk=merger.pk, state=MergerState.PROPOSED)
    if not waiting.update(state=state, answered_by=user, answered_at=merger.proposer.competition.now()):
        raise Conflict("answered_already", _("This proposal is answered or taken back already."))
    merger.refresh_from_db()


def _move(joining: Team, into: Team) -> list[str]:
    """Make all that is of the one team the other's; the ids of the submissions that have moved, oldest first."""
    handed_in = Submission.objects.filter(team=joining)
    moved = [str(pk) for pk in handed_in.order_by("received_at").values_list("pk", flat=True)]
    boards = Submission.objects.filter(team__in=[joining, into]).order_by("phase").values_list("phase", "track")
    PublishRequest.objects.bulk_create(
        PublishRequest(phase_id=phase, track_id=track) for phase, track in boards.distinct()
    )
    # A key that both teams have used stays with the team whose name stays.
    used = Submission.objects.filter(team=into, idempotency_key__isnull=False).values("idempotency_key")
    handed_in.filter(idempotency_key__in=used).update(idempotency_key=None)
    handed_in.update(team=into)
    ErratumReport.objects.filter(team=joining).update(team=into)
    Allowance.objects.filter(team=joining).update(team=into)
    Membership.objects.filter(team=joining).update(team=into)
    _keep_newest_choices(into)
    reopen_claims(into)
    Team.objects.filter(pk=joining.pk).update(merged_into=into, invitation=new_invitation())
    return moved


def _keep_newest_choices(team: Team) -> None:
    for phase in team.competition.phases.all():
        for track in team.competition.tracks.all():
            chosen = Submission.objects.filter(team=team, phase=phase, track=track, selected_at__isnull=False)
            newest_first = list(chosen.order_by("-selected_at").values_list("pk", flat=True))
            Submission.objects.filter(pk__in=newest_first[phase.most_selected :]).update(selected_at=None)
