"""Where things are below the API of a server."""

from __future__ import annotations

import uuid
from contextlib import suppress
from urllib.parse import quote

from vindr_bench.errors import NotFound


def competition_path(slug: str, *below: str) -> str:
    """A competition, or what is below it."""
    return "/".join(["/competitions", *(quote(name, safe="") for name in (slug, *below))])


def submission_path(submission_id: str, *below: str) -> str:
    """A submission, or what is below it; NotFound for what can't be the id of one."""
    return "/".join(["/submissions", checked_id(submission_id), *below])


def checked_id(submission_id: str) -> str:
    """The id of a submission as the server writes it."""
    with suppress(ValueError):
        return str(uuid.UUID(submission_id))
    raise NotFound("bad_id", f"{submission_id!r} is no submission's id; `vindr-bench submissions` lists them.")
