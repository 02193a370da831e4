"""When the faults are over: the server's books and answers are held against the uploaders' ledger."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import psycopg

from tests.faults.campaign.ledger import Ledger, Upload
from tests.faults.campaign.uploader import send
from tests.faults.campaign.watch import NEVER
from tests.faults.campaign.world import World

LONGEST_WAIT = 600.0
REPLAYED = 100
"""How many uploads are sent once more after all is over, with their key."""
MOST_FETCHED = 4000
"""How many files are fetched again; of more, every second or third one."""
LAST_DEFENCE = ("one_score_per_part", "one_result_per_truth_and_metric", "an_attempt_ends_once")
"""Constraints that nothing may ever run into: where one has held something up, a step was taken that was not there."""
UNFINISHED = """
    SELECT count(*) FROM competition_evaluation
    WHERE state IN ('waiting', 'running') OR (state = 'done' AND counted_at IS NULL)
"""
AT_THE_END = {
    **NEVER,
    "all states are final": "SELECT id FROM competition_evaluation WHERE state NOT IN ('done', 'failed')",
    "what is done is counted": "SELECT id FROM competition_evaluation WHERE state = 'done' AND counted_at IS NULL",
    "what failed was given back, after three lost attempts": """
        SELECT e.id FROM competition_evaluation e JOIN competition_submission s ON s.id = e.submission_id
        WHERE (e.state = 'failed') <> (s.refunded_at IS NOT NULL) OR (e.state = 'failed' AND 3 <> (
            SELECT count(*) FROM competition_attempt a WHERE a.evaluation_id = e.id))""",
    "an attempt is lost once": """
        SELECT evaluation_id FROM competition_attempt GROUP BY evaluation_id, number HAVING count(*) > 1""",
    "of each attempt but the last it is written why it was lost": """
        SELECT e.id FROM competition_evaluation e WHERE e.state = 'done' AND e.attempt - 1 <> (
            SELECT count(*) FROM competition_attempt a WHERE a.evaluation_id = e.id)""",
    "board versions have no gap": """
        SELECT phase_id, track_id FROM competition_board GROUP BY 1, 2 HAVING max(version) <> count(*)""",
}
SUBMISSIONS = """
    SELECT s.idempotency_key, s.id::text, s.sha256, e.state, c.value
    FROM competition_submission s JOIN competition_evaluation e ON e.submission_id = s.id
    LEFT JOIN competition_score c ON c.evaluation_id = e.id
"""
LONGEST_UNTIL_COUNTED = """
    SELECT max(extract(epoch FROM e.counted_at - s.received_at)), count(*) FILTER (WHERE e.attempt > 1)
    FROM competition_evaluation e JOIN competition_submission s ON s.id = e.submission_id
"""


def wait_until_final(url: str) -> None:
    """Until nothing waits, runs or is uncounted, for LONGEST_WAIT seconds at most."""
    deadline = time.monotonic() + LONGEST_WAIT
    while not _all_is_final(url) and time.monotonic() < deadline:
        time.sleep(0.2)


def _all_is_final(url: str) -> bool:
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            return connection.execute(UNFINISHED).fetchone()[0] == 0
    except psycopg.OperationalError:
        return False


def judge(world: World, ledger: Ledger) -> dict[str, Any]:
    """Write each difference down as a breach; returns figures of the books."""
    with psycopg.connect(world.settings["DATABASE_URL"], autocommit=True) as connection:
        for sentence, breaks in AT_THE_END.items():
            if found := connection.execute(breaks).fetchall():
                ledger.breach(f'at the end "{sentence}" does not hold: {found[:5]}')
        rows = connection.execute(SUBMISSIONS).fetchall()
        longest, again = connection.execute(LONGEST_UNTIL_COUNTED).fetchone()
        lost_attempts = connection.execute("SELECT count(*) FROM competition_attempt").fetchone()[0]
    for constraint in LAST_DEFENCE:
        if number := world.logged(f'unique constraint "{constraint}"'):
            ledger.breach(
                f"only the constraint {constraint} has kept {number} writes of attempts that were over from the books"
            )
    refunded = _compare_books(ledger, rows)
    _compare_values(ledger, rows)
    _compare_boards(world, ledger, refunded)
    _compare_quota(ledger, refunded)
    with ThreadPoolExecutor(4) as pool:
        fetched = ledger.uploads[:: 1 + len(ledger.uploads) // MOST_FETCHED]
        list(pool.map(lambda upload: _compare_file(world, ledger, upload, upload.key in refunded), fetched))
        list(pool.map(lambda upload: _replay(world, ledger, upload), ledger.uploads[:REPLAYED]))
    return {
        "longest from received to counted, s": round(float(longest or 0), 1),
        "scored in a later attempt": again,
        "attempts lost": lost_attempts,
        "given back after three lost attempts": len(refunded),
    }


def _compare_books(ledger: Ledger, rows: list[tuple[Any, ...]]) -> set[str]:
    """Each upload is there once and nothing else is; returns the keys of those that were given back."""
    booked = Counter(key for key, *_ in rows)
    mine = {upload.key: upload for upload in ledger.uploads}
    for key in mine.keys() | booked.keys():
        if booked[key] != 1 or key not in mine:
            ledger.breach(f"{key}: {booked[key]} times in the books")
    for key, name, sha256, _, _ in rows:
        receipt = mine[key].receipt if key in mine else None
        if receipt is None or (receipt["id"], receipt["sha256"]) != (name, sha256):
            ledger.breach(f"{key}: the books say {name} {sha256}, the receipt {receipt}")
    return {key for key, _, _, state, _ in rows if state == "failed"}


def _compare_values(ledger: Ledger, rows: list[tuple[Any, ...]]) -> None:
    """Files of one kind have the same score to the last bit, whichever worker and attempt it was."""
    mine = {upload.key: upload for upload in ledger.uploads}
    values: dict[tuple[str, int], set[float]] = {}
    for key, _, _, state, value in rows:
        if state == "done" and key in mine:
            values.setdefault((mine[key].track, mine[key].kind), set()).add(value)
    for kind, found in values.items():
        if len(found) != 1:
            ledger.breach(f"files of kind {kind} have the scores {sorted(map(str, found))}")


def _compare_boards(world: World, ledger: Ledger, refunded: set[str]) -> None:
    """The counts on the boards are the ledger's."""
    for track in ("detection", "classification"):
        board = world.client.get(f"/api/v1/competitions/chest/boards/{track}")
        shown = {entry["team"]: entry["submissions"] for entry in board.json().get("entries", [])}
        mine = Counter(upload.team for upload in ledger.uploads if upload.track == track and upload.key not in refunded)
        if shown != dict(mine):
            ledger.breach(f"the {track} board counts {shown}, and it is {dict(mine)}")


def _compare_quota(ledger: Ledger, refunded: set[str]) -> None:
    """What the server says is used is what was taken in less what was given back."""
    from competition.models import Competition, Team
    from competition.operations.count_quota import quota_of

    competition = Competition.objects.get(slug="chest")
    phase, now = competition.phases.get(), competition.now()
    mine = Counter((upload.team, upload.track) for upload in ledger.uploads if upload.key not in refunded)
    for team in Team.objects.filter(competition=competition):
        for track in competition.tracks.all():
            used = quota_of(team, phase, track, now).total_used
            if used != mine[team.name, track.kind]:
                ledger.breach(f"{team.name} has used {used} of {track.kind}, not {mine[team.name, track.kind]}")


def _compare_file(world: World, ledger: Ledger, upload: Upload, refunded: bool) -> None:
    """The receipt again, the state, and the bytes as they were sent."""
    if upload.receipt is None:
        ledger.breach(f"{upload.key} never got in")
        return
    token = next(team.tokens[0] for team in world.teams if team.name == upload.team)
    headers = {"Authorization": f"Bearer {token}"}
    place = f"/api/v1/submissions/{upload.receipt['id']}"
    shown, file = (world.client.get(url, headers=headers) for url in (place, f"{place}/file"))
    told = shown.json() if shown.status_code == 200 else {}
    if {name: told.get(name) for name in upload.receipt} != upload.receipt:
        ledger.breach(f"{upload.key}: the receipt was {upload.receipt}, and now {shown.text[:300]}")
    if told.get("state") != ("failed" if refunded else "scored"):
        ledger.breach(f"{upload.key} is shown as {told.get('state')}")
    if file.status_code != 200 or file.content != upload.content:
        ledger.breach(f"{upload.key}: the file comes back with {file.status_code} and {len(file.content)} bytes")


def _replay(world: World, ledger: Ledger, upload: Upload) -> None:
    """Sent once more it is still the same one."""
    token = next(team.tokens[1] for team in world.teams if team.name == upload.team)
    replies = Ledger()
    if upload.receipt is not None and send(replace(upload), world.client, token, replies) != "in":
        ledger.breach(f"{upload.key}: sent once more it is not answered with its receipt")
    for breach in replies.breaches:
        ledger.breach(f"sent once more: {breach}")
