"""Doing something as one of the database's roles, in this process: what the role may not, fails."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """The connection, made anew by that role; the plugin gives all roles one password."""
    owner = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = role
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = owner
