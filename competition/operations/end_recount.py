"""A recount ends: what differs is told to the organizers, in the same transaction."""

import logging

from django.db import transaction

from competition.lifecycle import LAST_ATTEMPT
from competition.models import Recount
from competition.operations.write_letters import organizers_of, write_letters

MOST_IN_A_LETTER = 20

log = logging.getLogger(__name__)


@transaction.atomic
def finish_recount(recount: Recount, board_version: int, found: list[str]) -> None:
    """running → done. Raises StaleStep."""
    recount.finish(board_version, found)
    if recount.differences:
        _tell(recount, f"{recount.differences} {'difference' if recount.differences == 1 else 'differences'}")


@transaction.atomic
def reopen_recount_or_give_up(recount: Recount, why: str) -> None:
    """running → waiting, to go on later; failed after three attempts that got no further. Raises StaleStep."""
    if recount.broken_off + 1 < LAST_ATTEMPT:
        recount.reopen()
        return
    recount.fail(f"{why} This was so {LAST_ATTEMPT} times in a row.")
    _tell(recount, f"it was not brought to its end: {recount.failure}")


def _tell(recount: Recount, outcome: str) -> None:
    board = f"board {recount.board_version} of {recount.track.kind} in {recount.phase.key}"
    log.error("the recount of %s (%s): %s %s", board, recount.day, outcome, recount.named)
    competition = recount.track.competition
    named = "\n".join(f"- {line}" for line in recount.named[:MOST_IN_A_LETTER])
    more = recount.differences - min(len(recount.named), MOST_IN_A_LETTER)
    write_letters(
        competition,
        organizers_of(competition),
        f"alarm: the recount of the {recount.track.kind} board found something",
        f"Every night the scores behind a board are computed again by another way. That of {recount.day:%Y-%m-%d}, for "
        f"{board}: {outcome}.\n\n{named}\n{f'- and {more} more' if more else ''}\n\n"
        "The numbers that differ are told where a worker runs: manage.py recompute_boards "
        f"{competition.slug}. Until it is clear why, decide nothing by this board.",
    )
