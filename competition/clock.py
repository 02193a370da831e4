"""The one clock of the server: the database's. A rehearsal's clock is further by what its organizers have moved it.

What belongs to the machine (leases, the queue, letters, tokens) goes by the database's clock. What belongs to a
competition (dates, receipts, stamps) goes by the competition's: `Competition.now`, which for all but rehearsals is the
same.
"""

from datetime import datetime

from django.db import connection
from django.db.models import DateTimeField, ExpressionWrapper, F
from django.db.models.functions import Now


def database_now() -> datetime:
    """The database's time at this moment (not that of the transaction's start), in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def sql_now(competition: str) -> ExpressionWrapper:
    """The time in the competition of each row, as SQL. competition: the way from the row to it, with `__`."""
    return ExpressionWrapper(Now() + F(f"{competition}__clock_shift"), output_field=DateTimeField())
