"""A backup is brought back onto an empty host: nothing is written before all of it is found to be whole.

The tables are made by the migrations that the backup names, its rows are loaded in one transaction, and only then the
migrations that came later are run.
"""

import gzip
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from competition import storage
from competition.errors import Conflict
from competition.models import Competition
from competition.operations.backup_folder import CHUNK, FaultyBackup, path_of_file, path_of_table
from competition.operations.board_checksum import board_checksum, boards_told, ends_of_audits
from competition.operations.take_backup import LEFT_OUT, tables
from competition.operations.verify_audit import Noted, verify_audit


def refuse_used_host(manifest: dict[str, Any]) -> None:
    """Raise Conflict where the database or the storage holds anything, or the backup is of a newer server."""
    executor = MigrationExecutor(connection)
    wanted = {tuple(migration) for migration in manifest["migrations"]}
    unknown = wanted - set(executor.loader.disk_migrations)
    if unknown:
        raise Conflict(
            "newer_backup", f"The backup is of a newer server: there is no migration {sorted(unknown)[0]} here."
        )
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor))
        for table in names & {"competition_user", "competition_competition"}:
            cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
            if cursor.fetchone()[0]:
                raise Conflict("database_in_use", f"The database holds rows in {table}: restore into an empty one.")
    if names and "django_migrations" not in names:
        raise Conflict("database_in_use", "The database holds tables of something else: restore into an empty one.")
    if set(executor.loader.applied_migrations) - wanted:
        raise Conflict(
            "database_too_new", "The database's tables are newer than the backup: drop it, make it anew, and restore."
        )
    if not storage.is_empty():
        raise Conflict("storage_in_use", "The storage holds files: restore into an empty folder.")


def make_tables(manifest: dict[str, Any]) -> None:
    """Run exactly the migrations that the backup was taken at."""
    MigrationExecutor(connection).migrate([tuple(migration) for migration in manifest["migrations"]])


def load(folder: Path, manifest: dict[str, Any]) -> None:
    """Bring back all rows and files, or nothing. Raises FaultyBackup where they don't come to what was noted."""
    written: list[str] = []
    try:
        with transaction.atomic():
            _load_rows(folder, manifest)
            for file in manifest["files"]:
                written.append(file["name"])
                _bring_back(path_of_file(folder, file["name"]), file)
            ContentType.objects.clear_cache()
            _compare(manifest)
    except BaseException:
        for name in written:
            storage.drop(name)
        raise


def other_key(manifest: dict[str, Any]) -> bool:
    """Whether the labels were sealed with another key than this server's; by the private one of it, workers score."""
    return bool(manifest["labels_public_key"] != settings.ENVIRONMENT.labels_public_key)


def faults_after(manifest: dict[str, Any]) -> list[str]:
    """What is wrong with the audits and the boards of this very server; a sentence each, and there must be none."""
    faults = []
    for competition in Competition.objects.order_by("slug"):
        number, _, digest = manifest["audits"].get(competition.slug, "0:").partition(":")
        noted = Noted(int(number), digest) if int(number) else None
        faults += [f"{competition.slug}: {sentence}" for sentence in verify_audit(competition, noted)]
    if board_checksum(boards_told()) != manifest["board_checksum"]:
        faults.append("The boards tell something else than when the backup was taken.")
    return faults


def _load_rows(folder: Path, manifest: dict[str, Any]) -> None:
    here = tables()
    told = {table["name"]: table for table in manifest["tables"]}
    if set(here) != set(told):
        raise FaultyBackup(f"The backup has other tables than its migrations make: {sorted(set(here) ^ set(told))}.")
    every = sql.SQL(", ").join(map(sql.Identifier, [*sorted(here), *(set(LEFT_OUT) - {"django_migrations"})]))
    raw = connection.connection
    raw.execute(sql.SQL("TRUNCATE {}").format(every))
    raw.execute("SET CONSTRAINTS ALL DEFERRED")
    for name, table in sorted(told.items()):
        columns = sql.SQL(", ").join(map(sql.Identifier, table["columns"]))
        words = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), columns)
        with gzip.open(path_of_table(folder, name)) as packed, raw.cursor() as cursor:
            with cursor.copy(words) as copy:
                while chunk := packed.read(CHUNK):
                    copy.write(chunk)
            if cursor.rowcount != table["rows"]:
                raise FaultyBackup(f"{name} has {cursor.rowcount} rows, and {table['rows']} were kept.")
    for name, last in manifest["sequences"].items():
        raw.execute("SELECT setval(%s::text::regclass, %s)", [f'"{name}"', last])
    raw.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _bring_back(path: Path, told: dict[str, Any]) -> None:
    incoming = storage.Incoming(told["name"])
    try:
        with path.open("rb") as source:
            shutil.copyfileobj(source, incoming, CHUNK)
        kept = incoming.keep()
    finally:
        incoming.drop()
    if (kept.size, kept.sha256) != (told["size"], told["sha256"]):
        raise FaultyBackup(f"{path} changed while it was read.")


def _compare(manifest: dict[str, Any]) -> None:
    if board_checksum(boards_told()) != manifest["board_checksum"]:
        raise FaultyBackup("The boards that were loaded tell something else than when the backup was taken.")
    if ends_of_audits() != manifest["audits"]:
        raise FaultyBackup("The audits that were loaded end otherwise than when the backup was taken.")
