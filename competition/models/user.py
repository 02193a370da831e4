"""A person with an account."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A participant, an organizer or both; `is_superuser` is the site's admin."""
