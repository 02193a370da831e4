"""Organizers' acts are written down, with their reasons."""

from typing import Any

from competition.models import AuditEvent, Competition, User


def write_down(
    competition: Competition, actor: User | None, act: str, subject: object, *, reason: str = "", **facts: Any
) -> None:
    """Add one row to the audit; no actor means the command line."""
    AuditEvent.objects.create(
        competition=competition, actor=actor, act=act, subject=str(subject), reason=reason, facts=facts
    )
