"""Whether the person who asks still owes the second factor that organizers need."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from competition.models import Competition, User

WHY = "Organizers of this server act only with a second factor: set it up on your account's page, then come back."


def is_owed_in(request: HttpRequest) -> bool:
    """Whether this session may do nothing yet: its person needs a second factor, and it has not shown one."""
    user = request.user
    if not needs_one(user):
        return False
    return not has_one(user) or not any(shown["method"] == "mfa" for shown in get_authentication_records(request, user))


def is_owed_by(user: User) -> bool:
    """Whether the person needs a second factor and has none; such a person's tokens may do nothing."""
    return needs_one(user) and not has_one(user)


def needs_one(user: object) -> bool:
    """Whether the server demands it of this person: of staff, and of whoever organizes a competition."""
    if not settings.ENVIRONMENT.organizers_need_second_factor or not getattr(user, "is_authenticated", False):
        return False
    return bool(user.is_staff or user.is_superuser) or Competition.objects.filter(organizers=user).exists()


def has_one(user: User) -> bool:
    """Whether an authenticator is set up; recovery codes alone are none."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
