"""A board as the server shows it, held against the one that must be there."""

from typing import Any

from tests.challenge.server import Deviation, instant

EQUAL = (
    "team",
    "rank",
    "rank_low",
    "rank_high",
    "score",
    "interval",
    "submissions",
    "baseline",
    "separable_from_above",
    "separable_from_first",
)


def compare(what: str, shown: list[dict[str, Any]], expected: list[dict[str, Any]]) -> int:
    """How many rows were compared, in their order; raises Deviation with all that differs."""
    faults = []
    if [row["team"] for row in shown] != [row["team"] for row in expected]:
        faults.append(f"teams: {[row['team'] for row in shown]} instead of {[row['team'] for row in expected]}")
    for place, (row, own) in enumerate(zip(shown, expected, strict=False), start=1):
        faults += [
            f"row {place} ({own['team']}): {name} is {row[name]!r}, must be {own[name]!r}"
            for name in EQUAL
            if row[name] != own[name]
        ]
        if instant(row["submitted_at"]) != own["submitted_at"]:
            faults.append(f"row {place} ({own['team']}): submitted_at {row['submitted_at']}, {own['submitted_at']}")
        if "public_rank" in own and row.get("public_rank") != own["public_rank"]:
            faults.append(f"row {place} ({own['team']}): public_rank {row.get('public_rank')}, {own['public_rank']}")
    if faults:
        raise Deviation("\n".join([f"{what} is not as it must be:", *faults[:20]]))
    return len(expected)
