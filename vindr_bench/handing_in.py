"""Handing a file in: once, however often the answer is lost on its way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vindr_bench.account import Quota
from vindr_bench.answers import instant
from vindr_bench.errors import BenchError, Unavailable
from vindr_bench.files import first_line, reading, refuse_a_pipe, refuse_what_no_server_takes
from vindr_bench.paths import competition_path
from vindr_bench.submission import Submission
from vindr_bench.transport import MANY
from vindr_bench.upload import Outgoing, Progress, as_utf8, checked_key, key_of, new_key, sha256_of

if TYPE_CHECKING:
    import httpx

    from vindr_bench.client import Client


def hand_in(
    client: Client,
    path: Path,
    *,
    competition: str,
    track: str | None,
    phase: str | None,
    message: str,
    validate: bool,
    again: bool,
    key: str | None,
    progress: Progress,
) -> Submission:
    """What `Client.submit` does."""
    refuse_a_pipe(path)
    refuse_what_no_server_takes(path)
    own_key = checked_key(key) if key else new_key() if again else None
    facts = client.competition(competition)
    of_track = facts.track_of_file(track, first_line(path)).track
    to_phase = facts.phase_to_upload_to(phase)
    if validate:
        client.validate(path, competition=competition, track=of_track)
    with reading(path):
        sha256 = sha256_of(path)
    key = own_key or key_of(competition=competition, phase=to_phase or "", track=of_track, sha256=sha256)
    fields = {"track": of_track, "note": as_utf8(message), **({"phase": to_phase} if to_phase else {})}
    answer = _upload(client, path, competition, key, fields, progress)
    made = client.transport.read(
        lambda receipt: _received(client, receipt, competition, path, message, created=answer.status_code == 201),
        answer,
    )
    if made.sha256 != sha256:
        raise BenchError("file_changed", f"{path} changed while it was sent: what arrived is submission {made.id}.")
    return made


def _upload(
    client: Client, path: Path, slug: str, key: str, fields: Mapping[str, str], progress: Progress
) -> httpx.Response:
    with reading(path), open(path, "rb") as file:
        try:
            return client.transport.send(
                "POST",
                competition_path(slug, "submissions"),
                tries=MANY,
                headers={"Idempotency-Key": key},
                data=dict(fields),
                before_each=lambda: {"files": {"file": (as_utf8(path.name), Outgoing(file, progress), "text/csv")}},
            )
        except Unavailable as error:
            detail = f"{error.detail} Whether the file has arrived is not known; under the same key it counts once."
            lost = Unavailable(error.code, detail, status=error.status, **{**error.facts, "key": key})
    raise lost


def _received(
    client: Client, receipt: Mapping[str, Any], slug: str, path: Path, message: str, *, created: bool
) -> Submission:
    return Submission(
        id=str(receipt["id"]),
        competition=slug,
        phase=receipt["phase"],
        track=receipt["track"],
        team="",
        state=receipt["state"],
        score=None,
        interval=None,
        message="",
        place_in_queue=None,
        expected_wait=None,
        received_at=instant(receipt["received_at"]),
        sha256=receipt["sha256"],
        file_name=path.name,
        note=message,
        report=None,
        raw=receipt,
        quota=Quota.of(receipt["quota"]),
        created=created,
        client=client,
    )
