"""A competition is taken home whole: one archive, sent while it is made, that another installation can read."""

import json
from collections.abc import Iterator
from functools import partial

from django.db import connection, transaction

from competition.clock import database_now
from competition.models import Competition, User
from competition.operations.archive_members import members_of
from competition.operations.archive_rows import plain
from competition.operations.audit import write_down
from competition.operations.zip_stream import Member, Written, zip_stream
from scoring import METRIC_VERSION

FORMAT = "vindr-bench archive"
VERSION = 1
"""Of the form. It grows when an archive can no longer be read by what reads the version before."""
MANIFEST = "manifest.json"
"""The last file: an archive without it has broken off."""


def export_archive(competition: Competition, *, by: User | None, people: bool = False) -> Iterator[bytes]:
    """Write the act down, then the archive's bytes; no actor means the command line.

    people: also e-mail addresses, names and what entrants have answered, which is an act of its own in the audit.
    """
    write_down(competition, by, "export_archive_with_people" if people else "export_archive", competition.slug)
    return archive_of(competition, people=people)


def archive_of(competition: Competition, *, people: bool = False) -> Iterator[bytes]:
    """The archive's bytes, of one instant whatever is written meanwhile. The iterator is a transaction: close it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        written, faults = Written(), []
        yield from zip_stream(_all(competition, people, written, faults), written)


def _all(competition: Competition, people: bool, written: Written, faults: list[dict[str, str]]) -> Iterator[Member]:
    yield from members_of(competition, people=people, faults=faults)
    yield Member(MANIFEST, partial(_manifest, competition, people, written, faults))


def _manifest(
    competition: Competition, people: bool, written: Written, faults: list[dict[str, str]]
) -> Iterator[bytes]:
    """What the archive is, and each of its files with its hash; one line for each file."""
    facts = {
        "format": FORMAT,
        "version": VERSION,
        "competition": competition.slug,
        "exported_at": plain(database_now()),
        "metric_version": METRIC_VERSION,
        "people": people,
        "faults": faults,
    }
    yield json.dumps(facts, indent=1, ensure_ascii=False).removesuffix("\n}").encode() + b',\n "members": [\n'
    for number, (name, size, digest) in enumerate(written.members):
        entry = json.dumps({"name": name, "size": size, "sha256": digest}, ensure_ascii=False)
        yield (b",\n  " if number else b"  ") + entry.encode()
    yield b"\n ]\n}\n"
