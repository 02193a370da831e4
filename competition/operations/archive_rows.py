"""Rows of the archive's tables: what stands in the database, with names in place of its ids."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.duration import duration_string

from competition.models import Competition, User
from competition.operations.archive_tables import PERSON_KEY, TABLES, Table, table_of
from competition.operations.write_csv import csv_lines

Row = dict[str, Any]
AT_ONCE = 500
"""So many rows are fetched at a time, and no more are in memory."""


def fields_of(table: Table) -> list[models.Field]:
    """The fields that are written: all but ids that were counted, bytes, and the way to the competition itself."""
    return [
        field
        for field in table.model._meta.concrete_fields
        if field.name not in table.without
        and not isinstance(field, models.AutoField | models.BinaryField)
        and field.related_model is not Competition
    ]


def rows_of_table(
    table: Table, competition: Competition, *, people: bool, without: Collection[str] = ()
) -> Iterator[Row]:
    """Every row, in the table's order; a row that names another one has its key: a text or number, or a list of them.

    A person is named by the user name. With `people` off, private fields are None.
    """
    lookups = {field.name: _lookups(field) for field in fields_of(table) if field.name not in without}
    flat = [lookup for words in lookups.values() for lookup in words]
    query = table.model._base_manager.filter(**{table.of: competition.pk}).order_by(*table.order).values_list(*flat)
    for values in query.iterator(chunk_size=AT_ONCE):
        rest = iter(values)
        row = {}
        for name, words in lookups.items():
            told = [next(rest) for _ in words]
            row[name] = told[0] if len(told) == 1 else (None if None in told else told)
        if not people:
            row |= dict.fromkeys(table.private)
        yield row


def people_of(competition: Competition) -> list[str]:
    """The names of all accounts that a row of the archive names, sorted."""
    names: set[str] = set()
    for table in TABLES:
        for field in fields_of(table):
            if field.related_model is User:
                lookup = f"{field.name}__{PERSON_KEY}"
                rows = table.model._base_manager.filter(**{table.of: competition.pk, f"{field.name}__isnull": False})
                names.update(rows.order_by().values_list(lookup, flat=True).distinct())
    return sorted(names)


def _lookups(field: models.Field) -> list[str]:
    if not field.is_relation:
        return [field.attname]
    related = table_of(field.related_model)
    return [
        f"{field.name}__{lookup}" for name in related.key for lookup in _lookups(related.model._meta.get_field(name))
    ]


def file_of(submission_id: object) -> str:
    """Where an uploaded file lies in the archive."""
    return f"files/{submission_id}.csv"


def as_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    """A JSON text on each line."""
    return (line(row) for row in rows)


def as_csv(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """The same for spreadsheets: piece by piece, the header first."""
    yield csv_lines([columns])
    rest = iter(rows)
    while some := list(islice(rest, AT_ONCE)):
        yield csv_lines([cell(row[column]) for column in columns] for row in some)


def line(row: object) -> bytes:
    """One row as JSON on a line of its own, in one form for one content."""
    text = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=plain)
    return text.encode() + b"\n"


def cell(value: object) -> object:
    """A value as a cell of a CSV: lists and objects as JSON."""
    if isinstance(value, list | dict):
        return line(value).decode().rstrip("\n")
    return value if isinstance(value, str | int | float | None) else plain(value)


def plain(value: object) -> str:
    """Times in UTC to the microsecond, and what else JSON has no form for."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return duration_string(value)
    if isinstance(value, date | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in an archive")
