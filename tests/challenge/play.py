"""The acts of the play: each is a request to the server, and a line in the script's own books."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Protocol

import httpx
import numpy as np
import psycopg

from tests.challenge.books import Books, Person, Team, Upload, Verdict
from tests.challenge.compare import compare
from tests.challenge.expected import Expected
from tests.challenge.files import bad_files, predictions
from tests.challenge.scores import Scores
from tests.challenge.server import Deviation, Server, instant, require
from tests.challenge.world import World

PATIENCE = 600
UNFINISHED = "SELECT count(*) FROM competition_evaluation WHERE state IN ('waiting', 'running')"
UNPUBLISHED = """
    SELECT (SELECT count(*) FROM competition_publishrequest) + (
        SELECT count(*) FROM competition_evaluation e JOIN competition_groundtruth g ON g.id = e.ground_truth_id
        WHERE g.state = 'active' AND e.state = 'done' AND e.counted_at IS NULL)
"""


class MovedClock(Protocol):
    """A clock that can be moved forward."""

    def move_to(self, instant: datetime) -> None:
        """From now on it is this instant."""

    def now(self) -> datetime:
        """What it says."""

    def close(self) -> None:
        """Let go of the database."""

    def let_seconds_pass(self) -> None:
        """Make boards due that wait for the shortest gap between two."""


@dataclass
class Play:
    """The server, the books, and what has been compared so far."""

    server: Server
    clock: MovedClock
    books: Books
    scores: Scores
    expected: Expected
    world: World
    organizer: Person
    reader: Person | None
    """Who reads the boards: nobody in particular, but of a rehearsal."""
    connection: psycopg.Connection[Any]
    start: datetime
    seed: int
    say: Callable[[str], object]
    """Tells how far it is."""
    counted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    remembered: dict[str, Any] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    _files: int = 0

    def go_to(self, day: int, hour: float = 9) -> None:
        """Move the clock to that hour of a day of the challenge."""
        self.clock.move_to(self.start + timedelta(days=day, hours=hour))

    def rng(self) -> np.random.Generator:
        """Chance for the next file; the same in every run of one seed."""
        self._files += 1
        return np.random.default_rng([self.seed, 3, self._files])

    def draw(self, team: Team, track: str) -> bytes:
        """The next file of a team, a little better than those before."""
        skill = min(1.0, team.skill[track] + 0.04 * len(self.books.uploads) / max(1, len(self.books.teams)))
        return predictions(track, self.world, skill, self.rng())

    def enter(self, team: Team) -> None:
        """The first founds the team, the others join by its invitation."""
        first, *others = team.people
        entry = {"team": team.name, "accept_terms": "1"}
        founded = self.server.call(first, "POST", "entry", expect=201, json=entry)
        team.invitation = founded.json()["invitation"]
        team.members = [first]
        for person in others:
            self.join(person, team)
        self.counted["teams"] += 1

    def join(self, person: Person, team: Team) -> None:
        """Somebody joins by the invitation."""
        words = {"invitation": team.invitation, "accept_terms": "1"}
        self.server.call(person, "POST", "entry", expect=201, json=words)
        team.members.append(person)

    def upload(self, team: Team, track: str, content: bytes | None = None, **words: Any) -> Upload | None:
        """Hand a good file in; the answer must be what the books say. None where it is refused by the rules."""
        content = self.draw(team, track) if content is None else content
        verdict = self.books.verdict(team, track, self.clock.now(), words.get("phase"))
        person = team.members[len(self.books.uploads) % len(team.members)]
        answer = self.server.upload(person, track, content, **words)
        require(answer, f"upload of {team.name} to {track}", verdict.status, verdict.code)
        if verdict.status == 201:
            return self.booked(team, track, content, answer, verdict)
        self._check_refusal(answer, verdict)
        return None

    def upload_of_the_day(self, uploads: list[tuple[Team, str]]) -> None:
        """What the teams hand in of their own accord, several teams at a time."""
        by_team: dict[Team, list[tuple[str, bytes]]] = {}
        for team, track in uploads:
            by_team.setdefault(team, []).append((track, self.draw(team, track)))

        def of_team(team: Team) -> None:
            for track, content in by_team[team]:
                self.upload(team, track, content)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(of_team, by_team))

    def booked(self, team: Team, track: str, content: bytes, answer: httpx.Response, verdict: Verdict) -> Upload:
        """Compare the receipt with the books, and write it down."""
        receipt = answer.json()
        quota = receipt["quota"]
        said = (receipt["sha256"], quota["limit"], quota["used"], quota["total_limit"], quota["total_used"])
        used = (verdict.limit, verdict.used + 1, verdict.total, verdict.total_used + 1)
        if said != (hashlib.sha256(content).hexdigest(), *used):
            raise Deviation(f"receipt of {team.name}: {said}, must be {used}")
        received = instant(receipt["received_at"])
        upload = Upload(receipt["id"], team, receipt["phase"], track, received, content, verdict.late)
        self.books.book(upload)
        return upload

    def _check_refusal(self, answer: httpx.Response, verdict: Verdict) -> None:
        with self.lock:
            self.refused[verdict.code] += 1
        if verdict.status != 429:
            return
        for_good = verdict.total_used >= verdict.total
        if ("Retry-After" in answer.headers) == for_good or (answer.json()["quota"]["resets_at"] is None) != for_good:
            raise Deviation(f"429 must say when to come back, unless it is never: {answer.headers} {answer.text}")

    def upload_at_once(self, team: Team, track: str, number: int) -> None:
        """So many files at the same instant: exactly as many are taken as the rules allow."""
        contents = [self.draw(team, track) for _ in range(number)]
        before = self.books.verdict(team, track, self.clock.now())
        with ThreadPoolExecutor(number) as pool:
            answers = list(pool.map(lambda content: self.server.upload(team.members[0], track, content), contents))
        taken = [pair for pair in zip(answers, contents, strict=True) if pair[0].status_code == 201]
        must = min(before.limit - before.used, before.total - before.total_used, number)
        if len(taken) != must or any(answer.status_code not in (201, 429) for answer in answers):
            raise Deviation(f"{number} at once: {[answer.status_code for answer in answers]}, must be {must} × 201")
        for answer, content in sorted(taken, key=lambda pair: pair[0].json()["received_at"]):
            upload = answer.json()
            row = Upload(
                upload["id"], team, upload["phase"], track, instant(upload["received_at"]), content, before.late
            )
            self.books.book(row)
        self.refused["quota_spent"] += number - len(taken)

    def upload_bad(self, team: Team, track: str, which: int) -> None:
        """A file that must be refused, and uses nothing up."""
        kinds = bad_files(track, self.draw(team, track))
        bad = kinds[which % len(kinds)]
        verdict = self.books.verdict(team, track, self.clock.now())
        answer = self.server.upload(team.members[0], track, bad.content)
        if verdict.status != 201:
            require(answer, f"{bad.what} to {track} beyond the limit", verdict.status, verdict.code)
            self.refused[verdict.code] += 1
            return
        require(answer, f"{bad.what} to {track}", bad.status, "faulty_file" if bad.status == 422 else "")
        codes = {problem["code"] for problem in answer.json().get("problems", [])}
        if bad.status == 422 and (not codes or (bad.code and bad.code not in codes)):
            raise Deviation(f"{bad.what} to {track}: problems {codes}")
        self.refused[bad.what] += 1

    def act(self, upload: Upload, act: str, *, expect: int = 200, code: str = "") -> None:
        """A team withdraws, selects or unselects what it has handed in."""
        person = upload.team.members[0]
        self.server.call(person, "POST", f"/submissions/{upload.key}/{act}", expect=expect, code=code)

    def withdraw(self, upload: Upload) -> None:
        """Off the board; chosen no more."""
        self.act(upload, "withdraw")
        upload.withdrawn, upload.chosen = True, 0
        self.counted["withdrawals"] += 1

    def choose(self, upload: Upload) -> None:
        """For the final ranking."""
        if not upload.declared:
            self.act(upload, "select", expect=409, code="not_declared")
            person = upload.team.members[0]
            path = f"/submissions/{upload.key}/declarations"
            self.server.call(person, "POST", path, expect=201, json={"none": True})
            upload.declared = True
        self.act(upload, "select")
        if not upload.chosen:
            self.books.choose(upload)
        self.counted["choices"] += 1

    def organize(self, method: str, path: str, *, expect: int, code: str = "", **request: Any) -> httpx.Response:
        """An act of the organizer."""
        return self.server.call(self.organizer, method, path, expect=expect, code=code, **request)

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Until it is so; raises Deviation when it is not after ten minutes."""
        deadline = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > deadline:
                raise Deviation(f"{what} did not happen within {PATIENCE} s")
            time.sleep(0.05)

    def settle(self) -> None:
        """Wait until all is scored and published; meanwhile score the new files by the script's own way."""
        for upload in self.books.uploads:
            if not upload.refunded:
                for part in ("public", "private"):
                    self.scores.value(upload, self.books.version, part)
        self.wait(lambda: self.count(UNFINISHED) == 0, "the scoring")
        if self.count(UNPUBLISHED):
            self.clock.let_seconds_pass()
        self.wait(lambda: self.count(UNPUBLISHED) == 0, "the publication")

    def count(self, query: str, *values: object) -> int:
        """A number from the server's tables."""
        row = self.connection.execute(query, values).fetchone()
        return int(row[0])

    def measure(self) -> None:
        """Settle, and compare every new number of the server's with the script's own."""
        self.settle()
        self.scores.read(self.connection, self.books.uploads)

    def check(self) -> None:
        """Settle, and hold every board against the one that must be there."""
        self.measure()
        for phase, track in self.books.boards():
            board = self.server.call(self.reader, "GET", f"boards/{track}?phase={phase.key}", expect=200).json()
            rows = self.expected.board(phase, track, self.books.version, final=phase.revealed)
            if phase.revealed:
                ranks = self.remembered[f"public ranks {phase.key} {track}"]
                rows = [{**row, "public_rank": ranks.get(row["team"])} for row in rows]
            what = f"{track} board of {phase.key}, version {board['version']}"
            self.counted["rows compared"] += compare(what, board["entries"], rows)
            self.counted["boards compared"] += 1
