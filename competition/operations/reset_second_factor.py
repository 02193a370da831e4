"""The host takes a second factor off an account whose owner has lost it."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from competition.models import Competition, User
from competition.operations.audit import write_down
from competition.operations.tell_of_account import tell_of_account


@transaction.atomic
def reset_second_factor(*, user: User, reason: str) -> bool:
    """Remove authenticator and recovery codes, tell the person, and write it down with what the person organizes.

    Says whether there was anything to remove; if not, nothing else happens.
    """
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if not removed:
        return False
    for competition in Competition.objects.filter(organizers=user):
        write_down(competition, None, "reset_second_factor", user.username, reason=reason)
    tell_of_account(user=user, event="factor_reset")
    return True
