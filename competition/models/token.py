"""Tokens for the API: named, scoped, expiring, kept as a hash only."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

SCOPES = ("read", "submit", "organize")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Reading words for tokens."""

    def alive(self) -> "ApiTokenQuerySet":
        """Neither revoked nor expired, by the database's clock, and their owners may log in."""
        return self.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=Now()),
            revoked_at__isnull=True,
            user__is_active=True,
        )

    def of(self, user: object) -> "ApiTokenQuerySet":
        """A person's own, newest first."""
        return self.filter(user=user).order_by("-created_at", "-id")


class ApiToken(models.Model):
    """One token. The secret itself is shown once and never stored; `prefix` is what the owner knows it by."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="token_is_kept_as_a_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
