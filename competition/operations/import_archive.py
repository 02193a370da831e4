"""A competition comes in from another installation's archive: whole or not at all, readable, and without its labels."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import FieldError
from django.db import DatabaseError, models, transaction

from competition.errors import Conflict
from competition.models import Competition, User
from competition.operations.archive_rows import Row
from competition.operations.archive_tables import PERSON_KEY, TABLES, Table
from competition.operations.audit import write_down
from competition.operations.import_audit import read_chains, write_chains
from competition.operations.import_contents import Contents
from competition.operations.import_rows import Books, instances_of, own_references, tie, write_rows
from competition.operations.read_archive import Archive, FaultyArchive, opened

FOREIGN = "imported: "
"""How the name of a person begins that is known from an archive only; nobody can register such a name."""
LONGEST_NAME = 150


@dataclass
class Imported:
    """What came in."""

    slug: str
    rows: dict[str, int] = field(default_factory=dict)
    """Table → number of rows."""
    matched: list[str] = field(default_factory=list)
    """Names of persons that were taken for the accounts of the same name here."""
    placeholders: list[str] = field(default_factory=list)
    """Accounts without log-in that stand for the others."""


def import_archive(
    path: Path, *, dry_run: bool = False, match_people: bool = False, organizer: User | None = None
) -> Imported:
    """Check everything, then write everything in one transaction; with `dry_run` it is taken back at the end.

    match_people: a person of the archive is the account of the same user name here, if there is one. The organizer
    runs the competition here, beside those that the archive names.
    """
    with opened(path) as archive:
        events = read_chains(archive)
        if archive.facts.get("faults"):
            raise FaultyArchive("files_missing", "Uploaded files were gone or changed when the archive was made.")
        with _whole_or_not_at_all(archive, dry_run) as contents:
            books, imported = Books(), Imported(slug="")
            books.ids[User] = _people(archive, match_people, imported)
            for table in TABLES:
                imported.rows[table.name] = _table(table, archive, books, contents)
            competition = Competition.objects.get(pk=books.competition_id)
            contents.finish()
            write_chains(competition, events)
            if organizer is not None:
                competition.organizers.add(organizer)
            _write_down(competition, archive, events[-1], organizer)
            imported.slug = competition.slug
    return imported


def _write_down(competition: Competition, archive: Archive, last: Any, organizer: User | None) -> None:
    write_down(
        competition,
        organizer,
        "import",
        competition.slug,
        manifest_sha256=archive.manifest_sha256,
        exported_at=str(archive.facts.get("exported_at")),
        audit_ended_with=f"{last.number}:{last.hash}",
    )


@contextmanager
def _whole_or_not_at_all(archive: Archive, dry_run: bool) -> Iterator[Contents]:
    """One transaction; the files of one that is taken back are removed. Faults of rows are faults of the archive."""
    contents, done = Contents(archive, dry_run=dry_run), False
    try:
        with transaction.atomic():
            yield contents
            transaction.set_rollback(dry_run)
        done = not dry_run
    except DatabaseError as error:
        # A value that is too long, a row that breaks a constraint: what the database says names it.
        raise FaultyArchive("faulty_row", f"A row can't be: {str(error).splitlines()[0]}.") from error
    except (LookupError, TypeError, ValueError, AttributeError, FieldError) as error:
        raise FaultyArchive("faulty_row", f"A row is none that this server writes: {error}.") from error
    finally:
        contents.close(keep=done)


def _table(table: Table, archive: Archive, books: Books, contents: Contents) -> int:
    """Write one table; returns its number of rows."""
    written, later = 0, []
    for rows, instances in instances_of(table, archive.lines(f"tables/{table.name}.jsonl"), books):
        if table.model is Competition:
            _refuse_unless_new(rows, written)
        for row, instance in zip(rows, instances, strict=True):
            contents.fill(table, row, instance)
        write_rows(table, rows, instances, books)
        later += own_references(table, rows, instances)
        written += len(rows)
        if table.model is Competition:
            books.competition_id = instances[0].pk
    tie(table, later, books)
    if table.model is Competition and not written:
        raise FaultyArchive("file_missing", "The archive holds no competition.")
    return written


def _refuse_unless_new(rows: list[Row], written: int) -> None:
    if written + len(rows) != 1:
        raise FaultyArchive("faulty_row", "The archive holds more than one competition.")
    slug = rows[0].get("slug")
    if Competition.objects.filter(slug=slug).exists():
        raise Conflict("slug_taken", f"There is a competition {slug} here already; nothing was written.")


def _people(archive: Archive, match: bool, imported: Imported) -> dict[str, Any]:
    """A name as rows have it → the id of its account here."""
    from_archive = [str(row[PERSON_KEY]) for row in archive.lines("people.jsonl")]
    here = dict(User.objects.filter(username__in=from_archive).values_list("username", "pk")) if match else {}
    imported.matched = sorted(here)
    taken = set(User.objects.filter(username__startswith=FOREIGN).values_list("username", flat=True))
    ids: dict[str, models.Model] = {}
    for name in from_archive:
        if name in here:
            continue
        placeholder = _free_name(name, taken)
        taken.add(placeholder)
        ids[name] = User(username=placeholder, password=make_password(None), is_active=False)
    User.objects.bulk_create(ids.values(), batch_size=500)
    imported.placeholders = [user.username for user in ids.values()]
    return Books.words({**here, **{name: user.pk for name, user in ids.items()}})


def _free_name(name: str, taken: set[str]) -> str:
    """The name as that of somebody from elsewhere; whoever has it already came with another archive."""
    plain = FOREIGN + name.removeprefix(FOREIGN)
    number, free = 1, plain[:LONGEST_NAME]
    while free in taken:
        number += 1
        free = f"{plain[: LONGEST_NAME - 12]} ({number})"
    return free
