"""A board's entries as rows of a table: which columns, and the two ends of the interval apart."""

from typing import Any

COLUMNS = (
    "rank",
    "rank_low",
    "rank_high",
    "team",
    "score",
    "interval_low",
    "interval_high",
    "submissions",
    "submitted_at",
    "baseline",
)


def as_row(entry: dict[str, Any]) -> dict[str, Any]:
    """All that an entry says, by column."""
    low, high = entry["interval"] or (None, None)
    return {**entry, "interval_low": low, "interval_high": high}
