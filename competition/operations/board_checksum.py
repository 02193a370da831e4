"""One number for all that the boards tell, so that two servers can be seen to tell the same."""

import hashlib
import json
from typing import Any

from competition.models import AuditHead, Board


def boards_told() -> list[dict[str, Any]]:
    """The newest snapshot of each board: where it stands, its version, and the SHA-256 (hex) of its rows."""
    newest = Board.objects.newest().select_related("phase__competition", "track")
    told = [
        {
            "competition": board.phase.competition.slug,
            "phase": board.phase.key,
            "track": board.track.kind,
            "version": board.version,
            "etag": board.etag,
            "sha256": _digest(board.entries),
        }
        for board in newest
    ]
    return sorted(told, key=lambda board: (board["competition"], board["phase"], board["track"]))


def board_checksum(told: list[dict[str, Any]]) -> str:
    """SHA-256 (hex) over all of them."""
    return _digest(told)


def ends_of_audits() -> dict[str, str]:
    """By competition, NUMBER:HASH of the last row of its audit, as `verify_audit --noted` takes it."""
    heads = AuditHead.objects.select_related("competition").order_by("competition__slug")
    return {head.competition.slug: f"{head.number}:{head.hash}" for head in heads}


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
