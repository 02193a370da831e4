"""Files that no submission names are removed: a process was killed after it had kept one and before it was booked."""

import logging

from competition import storage
from competition.models import Submission

MOST_AT_ONCE = 500
MOST_ORPHANS = 100
"""So many are no accident of a kill: rather is this the wrong database, or one that was restored from long ago."""

log = logging.getLogger(__name__)


def drop_orphans() -> int:
    """Of files older than a day; returns how many were removed. No booking takes that long."""
    names = storage.old_files()
    orphans = [name for start in range(0, len(names), MOST_AT_ONCE) for name in _unknown(names[start:][:MOST_AT_ONCE])]
    if len(orphans) > MOST_ORPHANS or (orphans and not Submission.objects.exists()):
        log.warning("%d of %d stored files are in no book; none is removed", len(orphans), len(names))
        return 0
    for name in orphans:
        log.warning("the stored file %s is in no book; it is removed", name)
        storage.drop(name)
    return len(orphans)


def _unknown(names: list[str]) -> list[str]:
    known = set(Submission.objects.filter(file__in=names).values_list("file", flat=True))
    return [name for name in names if name not in known]
