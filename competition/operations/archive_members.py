"""The files of an archive, one after another, each made when its turn comes."""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO

from pydantic import ValidationError

from competition import storage
from competition.models import Competition, Manifest, Submission, User
from competition.operations.archive_audit import audit_members
from competition.operations.archive_boards import board_members
from competition.operations.archive_readme import readme
from competition.operations.archive_replicates import replicate_members
from competition.operations.archive_results import result_members
from competition.operations.archive_rows import (
    AT_ONCE,
    Row,
    as_csv,
    as_lines,
    fields_of,
    file_of,
    people_of,
    rows_of_table,
)
from competition.operations.archive_tables import PERSON_KEY, TABLES, Table
from competition.operations.export_description import yaml_of
from competition.operations.zip_stream import PIECE, Member

README = "README.md"
PEOPLE = "people"
IMAGES = "images/manifest.csv"
DESCRIPTION = "description/competition.yaml"
ABOUT_PEOPLE = ("email", "first_name", "last_name", "date_joined")


def members_of(competition: Competition, *, people: bool, faults: list[dict[str, str]]) -> Iterator[Member]:
    """All but the manifest. faults: grows by the files that are gone or are not what their receipts say."""
    yield Member(README, lambda: [readme(competition, people=people)])
    yield from _people(competition, people)
    for table in TABLES:
        yield from _table(table, partial(rows_of_table, table, competition, people=people))
    yield Member(DESCRIPTION, lambda: [_description(competition)])
    yield Member(IMAGES, lambda: [bytes(Manifest.objects.get(competition=competition).content)])
    for name in competition.handouts.order_by("pk").values_list("name", flat=True):
        yield Member(f"handouts/{name}", partial(_handout, competition, name))
    yield from result_members(competition)
    yield from board_members(competition)
    yield from audit_members(competition)
    yield from replicate_members(competition)
    yield from _files(competition, faults)


def _table(table: Table, rows: Callable[..., Iterator[Row]]) -> Iterator[Member]:
    """The same rows for programs and for spreadsheets."""
    name = f"tables/{table.name}"
    columns = [field.name for field in fields_of(table) if field.name not in table.bulky]
    yield Member(f"{name}.jsonl", lambda: as_lines(rows()))
    yield Member(f"{name}.csv", lambda: as_csv(columns, rows(without=table.bulky)))


def _people(competition: Competition, people: bool) -> Iterator[Member]:
    columns = [PERSON_KEY, *(ABOUT_PEOPLE if people else ())]
    known = User.objects.filter(username__in=people_of(competition)).values(*columns)
    rows = sorted(known, key=lambda row: row[PERSON_KEY])
    yield Member(f"{PEOPLE}.jsonl", lambda: as_lines(rows))
    yield Member(f"{PEOPLE}.csv", lambda: as_csv(columns, rows))


def _description(competition: Competition) -> bytes:
    """What can't be said in a folder any more keeps nothing else from being exported."""
    try:
        return yaml_of(competition).encode()
    except ValidationError as error:
        return f"# This competition can't be described by a folder: {error.error_count()} fields.\n".encode()


def _handout(competition: Competition, name: str) -> Iterator[bytes]:
    yield bytes(competition.handouts.values_list("content", flat=True).get(name=name))


def _files(competition: Competition, faults: list[dict[str, str]]) -> Iterator[Member]:
    files = Submission.objects.filter(team__competition=competition).order_by("received_at", "pk")
    for submission_id, file, sha256 in files.values_list("pk", "file", "sha256").iterator(chunk_size=AT_ONCE):
        fault = {"submission": str(submission_id)}
        try:
            stream = storage.open_file(file)
        except FileNotFoundError:
            faults.append({**fault, "fault": "the file is gone"})
            continue
        with stream:
            digest = hashlib.sha256()
            yield Member(file_of(submission_id), partial(_pieces, stream, digest.update))
        if digest.hexdigest() != sha256:
            faults.append({**fault, "fault": "the file is no longer the one that its receipt names"})


def _pieces(stream: BinaryIO, told: Callable[[bytes], None]) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        told(piece)
        yield piece
