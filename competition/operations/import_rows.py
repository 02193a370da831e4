"""Rows of an archive become rows of this database: names turn into the ids that there are here."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from competition.models import Competition
from competition.operations.archive_rows import Row, fields_of
from competition.operations.archive_tables import Table
from competition.operations.read_archive import FaultyArchive

AT_ONCE = 200


@dataclass
class Books:
    """What has been written so far, so that later rows can name it."""

    competition_id: int | None = None
    ids: dict[type[models.Model], dict[str, Any]] = field(default_factory=dict)
    """Model → key, as it is written in the archive → id here."""

    def id_of(self, model: type[models.Model], key: object) -> Any:
        """The id here of what a row names; refuses what isn't there."""
        found = self.ids.get(model, {}).get(_word(key))
        if found is None:
            raise FaultyArchive("unknown_row", f"A row names {model._meta.verbose_name} {key}, which isn't there.")
        return found

    @staticmethod
    def words(ids: dict[str, Any]) -> dict[str, Any]:
        """The same for names that are texts: the key of each as `ids` has it."""
        return {_word(name): pk for name, pk in ids.items()}

    def remember(self, table: Table, rows: Iterable[Row], instances: Iterable[models.Model]) -> None:
        """Know the rows by their keys from now on."""
        known = self.ids.setdefault(table.model, {})
        for row, instance in zip(rows, instances, strict=True):
            word = _word([part for name in table.key for part in _parts(row[name])])
            if word in known:
                raise FaultyArchive("row_twice", f"{table.name}: {word} is there twice.")
            known[word] = instance.pk


def instances_of(table: Table, rows: Iterable[Row], books: Books) -> Iterator[tuple[list[Row], list[models.Model]]]:
    """The rows and what they become, some at a time; nothing is written."""
    fields = {one.name: one for one in fields_of(table)}
    rest = iter(rows)
    while some := list(islice(rest, AT_ONCE)):
        yield some, [_instance(table, fields, row, books) for row in some]


def write_rows(table: Table, rows: list[Row], instances: list[models.Model], books: Books) -> None:
    """Insert them, then tie those together that name one of their own kind."""
    table.model._base_manager.bulk_create(instances)
    if table.key:
        books.remember(table, rows, instances)


def tie(table: Table, later: list[tuple[Any, str, object]], books: Books) -> None:
    """(id, field, key) of rows that name rows of their own table, once all of these are there."""
    for pk, name, key in later:
        table.model._base_manager.filter(pk=pk).update(**{f"{name}_id": books.id_of(table.model, key)})


def own_references(table: Table, rows: list[Row], instances: list[models.Model]) -> list[tuple[Any, str, object]]:
    """What `tie` is for."""
    names = [one.name for one in fields_of(table) if one.related_model is table.model]
    return [
        (instance.pk, name, row[name])
        for name in names
        for row, instance in zip(rows, instances, strict=True)
        if row.get(name) is not None
    ]


def _instance(table: Table, fields: dict[str, models.Field], row: Row, books: Books) -> models.Model:
    unknown = set(row) - set(fields)
    if unknown:
        raise FaultyArchive("unknown_field", f"{table.name} has {min(unknown)!r}, which this server doesn't know.")
    instance = table.model()
    for one in table.model._meta.concrete_fields:
        if one.related_model is Competition and table.model is not Competition:
            setattr(instance, one.attname, books.competition_id)
        elif one.name in row and one.related_model is not table.model:
            _set(instance, one, row[one.name], books, table)
    return instance


def _set(instance: models.Model, one: models.Field, value: object, books: Books, table: Table) -> None:
    if value is None:
        # A private field that was not exported, or an empty one; where it can't be empty the default stands.
        if one.null:
            setattr(instance, one.attname, None)
        return
    if one.related_model is not None:
        setattr(instance, one.attname, books.id_of(one.related_model, value))
        return
    try:
        setattr(instance, one.attname, one.to_python(value))
    except ValidationError as error:
        raise FaultyArchive("faulty_row", f"{table.name}: {value!r} is no {one.name}.") from error


def _parts(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def _word(key: object) -> str:
    return json.dumps(_parts(key), sort_keys=True)
