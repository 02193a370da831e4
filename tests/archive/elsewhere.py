"""Another installation: a database, a storage and a key of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from django.test import override_settings

NAME = "elsewhere"


def empty_copy_of_the_database() -> None:
    """The tables of the tests without a row; ids go on from where they are, so that they are others there."""
    here = connection.settings_dict["NAME"]
    connection.close()
    server = {"host": connection.settings_dict["HOST"], "port": connection.settings_dict["PORT"] or None}
    server |= {"user": connection.settings_dict["USER"], "password": connection.settings_dict["PASSWORD"] or None}
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as postgres:
        postgres.execute(f'DROP DATABASE IF EXISTS "{NAME}"')
        postgres.execute(f'CREATE DATABASE "{NAME}" TEMPLATE "{here}"')
    with psycopg.connect(dbname=NAME, autocommit=True, **server) as copy:
        tables = copy.execute(
            "SELECT quote_ident(tablename) FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
        ).fetchall()
        copy.execute(f"TRUNCATE {', '.join(name for (name,) in tables)}")


@contextmanager
def elsewhere(storage: Path, *, worker: bool = False) -> Iterator[None]:
    """Within the block everything happens on the other installation; only a worker has a key that opens labels."""
    here = connection.settings_dict["NAME"]
    facts: dict[str, object] = {"storage_dir": storage}
    if not worker:
        facts["labels_private_key_file"] = None
    connection.close()
    connection.settings_dict["NAME"] = NAME
    try:
        with override_settings(ENVIRONMENT=settings.ENVIRONMENT.model_copy(update=facts)):
            yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = here
