"""A backup is taken while the server runs: every table in one snapshot, then the files that the rows of it name.

Uploaded files are on disk before their row is written and never change, so that each row of the snapshot has its file.
The rows are copied by PostgreSQL's COPY over the ordinary connection: no client program is needed whose version would
have to match the server's, and the rows go into any later version of PostgreSQL.
"""

import gzip
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from competition import storage
from competition.clock import database_now
from competition.models import Submission
from competition.operations.backup_folder import (
    CHUNK,
    FORMAT,
    MANIFEST,
    FaultyBackup,
    hash_of,
    new_file,
    path_of_file,
    path_of_table,
    sync,
)
from competition.operations.board_checksum import board_checksum, boards_told, ends_of_audits

LEFT_OUT = ("cache", "django_migrations", "django_session")
"""Counted log-ins and sessions, which end with the server that is lost; migrations go by name."""


def take_backup(target: Path) -> dict[str, Any]:
    """Write the backup and return its manifest. The folder has its name only when all of it is on the disk.

    Raises FaultyBackup where the target is there already, or a stored file is not what its receipt says.
    """
    unfinished = target.with_name(f"{target.name}.part")
    for path in (target, unfinished):
        if path.exists():
            raise FaultyBackup(f"{path} exists; name a folder that doesn't, or remove it.")
    (unfinished / "tables").mkdir(mode=0o700, parents=True)
    unfinished.chmod(0o700)
    (unfinished / "files" / storage.FOLDER).mkdir(parents=True)
    try:
        manifest = _write(unfinished)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    unfinished.rename(target)
    sync(target.parent)
    return manifest


def _write(folder: Path) -> dict[str, Any]:
    with _snapshot():
        manifest = _facts()
        manifest["tables"] = [_dump(folder, name, columns) for name, columns in tables().items()]
        manifest["sequences"] = _sequences()
        files = list(Submission.objects.order_by("file").values_list("file", "size", "sha256"))
    manifest["files"] = [_copy(folder, *file) for file in files]
    with new_file(folder / MANIFEST) as stream:
        stream.write(json.dumps(manifest, indent=1).encode())
    for path in (folder / MANIFEST, folder / "tables", folder / "files" / storage.FOLDER, folder / "files", folder):
        sync(path)
    return manifest


@contextmanager
def _snapshot() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _facts() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        migrations = [list(row) for row in cursor.fetchall()]
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    told = boards_told()
    return {
        "format": FORMAT,
        "taken_at": database_now().isoformat(),
        "postgresql": version,
        "migrations": migrations,
        "labels_public_key": settings.ENVIRONMENT.labels_public_key,
        "boards": told,
        "board_checksum": board_checksum(told),
        "audits": ends_of_audits(),
        "left_out": list(LEFT_OUT),
    }


def tables() -> dict[str, list[str]]:
    """All tables whose rows are kept, and their columns but those that the database computes itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL (%s)
                AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            GROUP BY c.relname ORDER BY c.relname
            """,
            [list(LEFT_OUT)],
        )
        return dict(cursor.fetchall())


def _sequences() -> dict[str, int]:
    """The last number that each has given; numbers of rows that are gone are not given again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
        )
        return dict(cursor.fetchall())


def _dump(folder: Path, name: str, columns: list[str]) -> dict[str, Any]:
    path, rows = path_of_table(folder, name), 0
    words = sql.SQL("COPY {} ({}) TO STDOUT").format(
        sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with (
        new_file(path) as plain,
        gzip.GzipFile(fileobj=plain, mode="wb", compresslevel=6, filename="", mtime=0) as packed,
        connection.connection.cursor() as cursor,
        cursor.copy(words) as copy,
    ):
        for chunk in copy:
            packed.write(chunk)
            rows += bytes(chunk).count(b"\n")
    sync(path)
    size, sha256 = hash_of(path)
    return {"name": name, "columns": columns, "rows": rows, "size": size, "sha256": sha256}


def _copy(folder: Path, name: str, size: int, sha256: str) -> dict[str, Any]:
    path = path_of_file(folder, name)
    try:
        with storage.open_file(name) as source, new_file(path) as target:
            shutil.copyfileobj(source, target, CHUNK)
    except FileNotFoundError as error:
        raise FaultyBackup(
            f"The stored file {name} is missing. If a rehearsal was deleted just now, take the backup again."
        ) from error
    sync(path)
    if hash_of(path) != (size, sha256):
        raise FaultyBackup(f"The stored file {name} is not what its receipt says: it was damaged before this backup.")
    return {"name": name, "size": size, "sha256": sha256}
