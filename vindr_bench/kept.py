"""What is kept of a competition, so that a file can be checked without the network."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from vindr_bench.competition import Competition
from vindr_bench.errors import Misused, Unavailable
from vindr_bench.folders import cache_folder, write_private

if TYPE_CHECKING:
    from vindr_bench.client import Client

_NO_NAME = re.compile(r"[^a-z0-9.-]")


def competition_for_checks(client: Client, slug: str, *, offline: bool = False) -> Competition:
    """What the server says of it now; where it can't be asked, what it said the last time."""
    path = _folder(client, slug) / "competition.json"
    if not offline:
        try:
            competition = client.competition(slug)
        except Unavailable as error:
            if not path.exists():
                raise
            client.tell(f"{error.detail} Going on with what is kept of {slug}.")
        else:
            write_private(path, json.dumps(competition.raw).encode())
            return competition
    return Competition.of(json.loads(_kept(path, slug)))


def manifest_for_checks(client: Client, slug: str, *, offline: bool = False) -> bytes:
    """The list of images, sent again only if it has changed."""
    path = _folder(client, slug) / "manifest"
    tag, content = _split(path.read_bytes()) if path.exists() else (None, b"")
    if offline:
        return _split(_kept(path, slug))[1]
    try:
        answer = client.manifest_answer(slug, etag=tag)
    except Unavailable as error:
        if tag is None:
            raise
        client.tell(f"{error.detail} Going on with the list of images that is kept.")
        return content
    if answer.status_code == 304:
        return content
    # One file for both: a list of images and the tag of another would never be put right.
    write_private(path, answer.headers.get("ETag", "").encode() + b"\n" + answer.content)
    return answer.content


def _folder(client: Client, slug: str) -> Path:
    host = _NO_NAME.sub("_", client.address.base.split("://")[1].lower())
    return cache_folder() / host / _NO_NAME.sub("_", slug.lower())


def _split(kept: bytes) -> tuple[str | None, bytes]:
    tag, _, content = kept.partition(b"\n")
    return tag.decode() or None, content


def _kept(path: Path, slug: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        sentence = f"Nothing is kept of {slug} yet: run this once with the network, or name the list with --images."
    raise Misused("nothing_kept", sentence)
