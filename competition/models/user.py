"""A person with an account."""

from django.contrib.auth.models import AbstractUser
from django.db.models import ForeignObjectRel, ManyToManyRel


class User(AbstractUser):
    """A participant, an organizer or both; `is_superuser` is the site's admin."""

    @classmethod
    def named_by(cls) -> list[ForeignObjectRel]:
        """Every reference to an account that a table has, of whatever application."""
        return [
            field
            for field in cls._meta.get_fields(include_hidden=True)
            if isinstance(field, ForeignObjectRel) and not isinstance(field, ManyToManyRel)
        ]
