"""What is kept of a competition, so that a file can be checked without the network."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from vindr_bench.competition import Competition
from vindr_bench.errors import Misused, Unavailable
from vindr_bench.folders import cache_folder, write_private

if TYPE_CHECKING:
    from vindr_bench.client import Client

_NO_NAME = re.compile(r"[^a-z0-9.-]")
_TAG = re.compile(rb"[ -~]*")


class Kept:
    """What a check needs of a competition: asked of the server, and as it was the last time where that is away."""

    def __init__(self, client: Client, slug: str, *, offline: bool = False) -> None:
        self._client = client
        self._slug = slug
        self._offline = offline
        host = _NO_NAME.sub("_", client.address.base.split("://")[1].lower())
        self._folder = cache_folder() / host / _NO_NAME.sub("_", slug.lower())

    def competition(self) -> Competition:
        """Its tracks with their labels, and its phases."""
        path = self._folder / "competition.json"
        if not self._offline:
            try:
                competition = self._client.competition(self._slug)
            except Unavailable as error:
                self._go_on_without(error, path)
            else:
                _keep(path, json.dumps(competition.raw).encode())
                return competition
        with suppress(ValueError, LookupError, TypeError, AttributeError):
            return Competition.of(json.loads(_read(path)))
        raise self._nothing_kept()

    def manifest(self) -> bytes:
        """The list of images, sent again only if it has changed."""
        path = self._folder / "manifest"
        tag = _tag_of(path)
        if not self._offline:
            try:
                answer = self._client.manifest_answer(self._slug, etag=tag)
            except Unavailable as error:
                self._go_on_without(error, path)
            else:
                if answer.status_code != 304:
                    # One file for both: a list of images and the tag of another would never be put right.
                    content = answer.content
                    _keep(path, answer.headers.get("ETag", "").encode() + b"\n" + content)
                    return content
        with suppress(ValueError):
            return _split(_read(path))[1]
        raise self._nothing_kept()

    def _go_on_without(self, error: Unavailable, path: Path) -> None:
        if not path.exists():
            raise error
        self._offline = True
        self._client.tell(f"{error.detail} Going on with what is kept of {self._slug}.")

    def _nothing_kept(self) -> Misused:
        sentence = f"Nothing is kept of {self._slug} that can be read: run this once with the network, or say --images."
        return Misused("nothing_kept", sentence)


def _read(path: Path) -> bytes:
    """What is kept; ValueError where nothing is."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError from error


def _keep(path: Path, content: bytes) -> None:
    """For another time. A check needs what was sent only, so a folder that can't be written is no fault."""
    with suppress(OSError):
        write_private(path, content)


def _tag_of(path: Path) -> str | None:
    with suppress(ValueError):
        return _split(_read(path))[0]
    return None


def _split(kept: bytes) -> tuple[str | None, bytes]:
    """The tag and the list; ValueError where it was written by nobody like this."""
    tag, _, content = kept.partition(b"\n")
    if not _TAG.fullmatch(tag):
        raise ValueError
    return tag.decode() or None, content
