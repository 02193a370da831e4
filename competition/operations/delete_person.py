"""A person is taken out of the books; what others rely on stays, under a name that tells nothing.

Submissions, ranks, acceptances and the audit refer to the account by its number. So the row stays, as a deleted person
of that number, and all that it said about somebody goes: names, address, password, tokens, sessions, second factor,
letters, answers to organizers. A team that nobody is left in becomes a deleted team, on the boards of the past too.
"""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from competition.errors import Conflict
from competition.models import (
    ApiToken,
    Competition,
    Departure,
    Entrant,
    Membership,
    Merger,
    Submission,
    Team,
    Track,
    User,
)
from competition.operations.audit import person, write_down
from competition.operations.look_alikes import skeleton
from competition.operations.may_merge import lock_uploads
from competition.operations.name_team import DELETED_TEAM, team_name_key

OF_THE_LOG_IN = frozenset({"account", "mfa", "socialaccount", "usersessions"})
"""The applications whose rows about a person are nothing but ways to log in."""


@transaction.atomic
def delete_person(user: User, *, by: User | None) -> str:
    """Delete; the pseudonym that stays. Safe to call again, after a restore for instance. No `by` means the host.

    Raises Conflict where a competition would be left without an organizer.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    left = [only for only in Competition.objects.filter(organizers=user) if only.organizers.count() == 1]
    if left:
        raise Conflict(
            "last_organizer",
            _("Nobody else organizes “{title}”. Name another organizer there before you go.").format(
                title=left[0].title
            ),
        )
    concerned = _leave_teams(user) | set(Competition.objects.filter(organizers=user))
    _forget_account(user)
    for competition in sorted(concerned, key=lambda one: one.pk):
        competition.organizers.remove(user)
        write_down(competition, by, "delete_person", person(user.pk))
    return user.username


def sessions_of(user: User) -> list[Session]:
    """Where the person is logged in."""
    every = Session.objects.iterator(chunk_size=1000)
    return [session for session in every if session.get_decoded().get("_auth_user_id") == str(user.pk)]


def _leave_teams(user: User) -> set[Competition]:
    left = set()
    memberships = Membership.objects.filter(user=user)
    _hold_boards(memberships)
    for membership in memberships.select_related("competition").order_by("team_id"):
        team = Team.objects.select_for_update(no_key=True).get(pk=membership.team_id)
        lock_uploads(team)
        Membership.objects.filter(pk=membership.pk).delete()
        Departure.objects.create(
            team=team,
            user=user,
            competition=membership.competition,
            joined_at=membership.joined_at,
            left_at=membership.competition.now(),
            had_handed_in=Submission.objects.filter(team=team).exists(),
        )
        if not team.memberships.exists():
            _close(team)
        left.add(membership.competition)
    return left


def _hold_boards(memberships: QuerySet[Membership]) -> None:
    """Let no board be published before this transaction ends: it would keep a name that it had read before."""
    tracks = Track.objects.filter(competition__in=memberships.values("competition"))
    list(tracks.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def _close(team: Team) -> None:
    """Nobody speaks for the team any more: it takes no merger, its invitation leads nowhere, and its names go."""
    for merger in Merger.objects.open_for(team):
        Merger.objects.filter(pk=merger.pk).update(state="withdrawn", answered_at=team.competition.now())
    Submission.objects.filter(team=team).update(note="", file_name="file.csv")
    for one in (team, *team.absorbed.all()):
        former, name = one.name, f"{DELETED_TEAM}{one.pk}"
        renamed = {"name": name, "name_key": team_name_key(name), "skeleton": skeleton(name)}
        Team.objects.filter(pk=one.pk).update(**renamed, invitation=f"closed-{one.pk}")
        if former != name:
            _call("SELECT forget_team_name(%s, %s)", [one.pk, former])


def _forget_account(user: User) -> None:
    for session in sessions_of(user):
        session.delete()
    for relation in User.named_by():
        if relation.related_model._meta.app_label in OF_THE_LOG_IN:
            relation.related_model._default_manager.filter(**{relation.field.name: user}).delete()
    ApiToken.objects.filter(user=user).delete()
    Entrant.objects.filter(user=user).update(answers=[])
    user.username = f"deleted person #{user.pk}"
    user.first_name = user.last_name = user.email = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    accounts = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=accounts, object_id=str(user.pk)).update(object_repr=user.username)
    _call("SELECT forget_letters(%s)", [user.pk])


def _call(function: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(function, values)
