"""The one clock of the competition: the database's."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The database's time at this moment (not that of the transaction's start), in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
