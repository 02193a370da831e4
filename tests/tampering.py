"""What somebody with the owner's password could do to the books, which refuse it from everybody else."""

from django.db import connection


def as_owner(table: str, change: str) -> None:
    """`UPDATE table SET change` past the triggers that keep the table as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET {change}")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def publish_days_ago(days: int) -> None:
    """Let every board look as if it had been published so many days ago."""
    as_owner("competition_board", f"published_at = clock_timestamp() - interval '{days} days'")
