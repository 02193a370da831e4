"""What organizers did, when and why: append-only (a trigger refuses changes), and each row seals the one before."""

import hashlib
import json
from datetime import UTC
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from competition.models.competition import Competition

FIRST_PREVIOUS = "0" * 64
"""What the first row of a competition's chain holds in place of a row before it."""


class AuditHead(models.Model):
    """The end of a competition's chain, and the row that is locked while the chain grows."""

    competition = models.OneToOneField(Competition, models.CASCADE, primary_key=True, related_name="audit_head")
    number = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, default=FIRST_PREVIOUS)

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"


class AuditEvent(models.Model):
    """One act of an organizer or of the command line (no actor): the so-manieth of its competition."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="audit_events")
    number = models.PositiveIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    actor_number = models.BigIntegerField(null=True)
    """The actor's id, which stays when the account is deleted; by then it names nobody."""
    act = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-happened_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["competition", "number"], name="the_audit_has_no_two_rows_of_a_number"),
            models.UniqueConstraint(fields=["competition", "previous"], name="the_audit_does_not_fork"),
            models.CheckConstraint(condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="an_audit_row_is_sealed"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"

    def sealed(self) -> str:
        """SHA-256, in hex, over the hash of the row before and all that this row says."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def canonical(self) -> bytes:
        """The row in the one form that is hashed. It never changes: what is written rests on it.

        JSON in ASCII without blanks, keys sorted, the time in UTC to the microsecond.
        """
        row = [
            "audit-1",
            self.previous,
            self.competition_id,
            self.number,
            self.actor_number,
            self.act,
            self.subject,
            self.reason,
            _plain(self.facts),
            self.happened_at.astimezone(UTC).isoformat(timespec="microseconds"),
        ]
        return json.dumps(row, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _plain(value: Any) -> Any:
    """The value as the database gives it back, where 1.0 and 1 are one number."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
