"""Everything that is kept about a person, in one document, for that person."""

from collections.abc import Callable
from typing import Any

from django.db.models import ForeignObjectRel

from competition.clock import database_now
from competition.models import User
from competition.operations.delete_person import sessions_of

SECRETS = frozenset({"data", "invitation", "password"})
"""Fields that would be of use to whoever finds the document."""
OWN = frozenset(
    {
        "account.emailaddress.user",
        "competition.acceptance.user",
        "competition.apitoken.user",
        "competition.claim.claimed_by",
        "competition.declaration.author",
        "competition.decline.declined_by",
        "competition.departure.user",
        "competition.entrant.user",
        "competition.erratumreport.reporter",
        "competition.letter.user",
        "competition.membership.user",
        "competition.rulesacceptance.user",
        "competition.submission.author",
        "mfa.authenticator.user",
    }
)
"""Rows that are about the person. Of all others that name them (what they decided about somebody else, say) the
document tells only that they are there, and since when."""
OF_A_TOKEN = ("id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")


def export_person(user: User) -> dict[str, Any]:
    """The document; values are what JSON takes, or times and ids that DjangoJSONEncoder turns into text.

    It is made from the tables themselves: whatever table comes to refer to an account is in it from then on.
    """
    related = {_name_of(relation): _rows(relation, user) for relation in User.named_by()}
    return {
        "made_at": database_now(),
        "account": {
            "number": user.pk,
            "username": user.username,
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "joined_at": user.date_joined,
            "last_login": user.last_login,
            "is_staff": user.is_staff,
            "is_superuser": user.is_superuser,
        },
        "sessions": [{"ends_at": session.expire_date} for session in sessions_of(user)],
        "organizes": list(user.organizes.values_list("slug", flat=True)),
        "teams": list(user.memberships.values("competition__slug", "team__name", "joined_at")),
        "rows": {name: rows for name, rows in sorted(related.items()) if rows},
    }


def _name_of(relation: ForeignObjectRel) -> str:
    return f"{relation.related_model._meta.label_lower}.{relation.field.name}"


def _rows(relation: ForeignObjectRel, user: User) -> list[dict[str, Any]]:
    name = _name_of(relation)
    fields = [field for field in relation.related_model._meta.concrete_fields if field.name not in SECRETS]
    columns = [field.attname for field in fields if field.name != relation.field.name]
    if name == "competition.apitoken.user":
        columns = list(OF_A_TOKEN)
    elif name not in OWN:
        columns = [field.attname for field in fields if _is_identity(field)]
    rows: Callable[..., Any] = relation.related_model._default_manager.filter(**{relation.field.name: user}).values
    return list(rows(*columns).order_by("pk"))


def _is_identity(field: Any) -> bool:
    return bool(field.primary_key or field.get_internal_type() == "DateTimeField" or field.name in ("act", "number"))
