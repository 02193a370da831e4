"""The play is set up and runs: a new database, the real processes under their own roles, day by day."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import nacl.public
import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import make_conninfo

from competition.clock import database_now
from competition.models import Competition, User
from competition.models import Team as TeamRow
from competition.operations.folder import read_folder
from competition.operations.found import found
from competition.operations.issue_token import issue_token
from tests.challenge.acts_of_fair_play import BRACKETS
from tests.challenge.books import Books, Person, Phase
from tests.challenge.clock import DatabaseClock, RehearsalClock
from tests.challenge.events import (
    ENTRY_UNTIL,
    EVENTS,
    EXTENDED_TO,
    EXTERNAL_DATA_UNTIL,
    FIRST_CLOSES,
    LAST_DAY,
    MAIN_CLOSES,
    MAIN_OPENS,
    MERGE_UNTIL,
)
from tests.challenge.expected import Expected
from tests.challenge.files import LARGEST_FILE
from tests.challenge.invariants import check_invariants
from tests.challenge.play import Play
from tests.challenge.scores import Scores
from tests.challenge.server import SLUG, Deviation, Server
from tests.challenge.standing import Pairs
from tests.challenge.teams import draw_teams
from tests.challenge.world import LABELS, World, draw_world, write_folder
from tests.factory import make_user
from tests.running import running, serving

PUBLIC_SHARE = 0.3
TOKEN_DAYS = 366


def play_challenge(
    url: str, folder: Path, *, teams: int, images: int, seed: int, rehearsal: bool, say: Callable[[str], object]
) -> list[tuple[str, object]]:
    """Play it in the (empty) database of that address; returns what was counted. Raises Deviation."""
    _make_tables()
    clock = None if rehearsal else DatabaseClock(url)
    connection.close()
    start = datetime.combine(database_now().date() + timedelta(days=2), time(), tzinfo=UTC)
    world = draw_world(seed, images)
    books = Books(_phases(start), draw_teams(seed, teams, last_day=EXTENDED_TO - 2, busy=sorted(EVENTS)))
    organizer, guest = Person("organizer"), Person("guest")
    competition = _found(folder, world, start, organizer, rehearsal)
    _introduce([organizer, guest, *(person for team in books.teams for person in team.people)], competition)
    roles = {role: make_conninfo(url, user=role) for role in ("vindr_web", "vindr_scorer")}
    with (
        psycopg.connect(url, autocommit=True) as tables,
        serving(DATABASE_URL=roles["vindr_web"], UPLOAD_LIMIT_BYTES=str(LARGEST_FILE)) as address,
        running("worker", "worker", "sweeper", DATABASE_URL=roles["vindr_scorer"]),
    ):
        public = _public_part(tables, world)
        scores = Scores(world, public, {track: world.labels_that_count(track, public) for track in LABELS})
        play = Play(
            server=Server(address),
            clock=clock or RehearsalClock(competition),
            books=books,
            scores=scores,
            expected=Expected(books, scores, Pairs()),
            world=world,
            organizer=organizer,
            reader=organizer if rehearsal else None,
            connection=tables,
            start=start,
            seed=seed,
            say=say,
            remembered={"guest": guest, "storage": os.environ["STORAGE_DIR"]},
        )
        return _played(play, competition)


def _played(play: Play, competition: Competition) -> list[tuple[str, object]]:
    for day in range(LAST_DAY + 1):
        _day(play, competition, day)
    invariants = check_invariants(play.connection)
    _check_books_of_the_server()
    play.server.close()
    play.clock.close()
    connection.close()
    hints = "SELECT kind, count(*) FROM competition_hint GROUP BY kind ORDER BY kind"
    told = [(f"hints to the organizers: {kind}", number) for kind, number in play.connection.execute(hints)]
    return [*_table(play, invariants), *told]


def _make_tables() -> None:
    with open(os.devnull, "w") as nowhere:
        for command in ("migrate", "createcachetable", "grant_roles"):
            call_command(command, verbosity=0, stdout=nowhere)


def _phases(start: datetime) -> dict[str, Phase]:
    def on(day: int) -> datetime:
        return start + timedelta(days=day)

    return {
        "first": Phase("first", on(0), on(FIRST_CLOSES), daily=2, total=10, holds=True),
        "main": Phase("main", on(MAIN_OPENS), on(MAIN_CLOSES), daily=3, total=12, holds=False, late=(1, 2)),
    }


def _found(folder: Path, world: World, start: datetime, organizer: Person, rehearsal: bool) -> Competition:
    phases = [
        {
            "key": phase.key,
            "title": phase.key.title(),
            "opens_at": phase.opens,
            "closes_at": phase.closes,
            "daily_limit": phase.daily,
            "total_limit": phase.total,
            "shows": "public",
            "detail": "composite" if phase.holds else "classes",
            **({"late": {"daily_limit": phase.late[0], "total_limit": phase.late[1]}} if phase.late else {}),
        }
        for phase in _phases(start).values()
    ]
    reference = {"track": "detection", "name": "A paper", "score": 0.4, "labels": "22 labels", "source": "A journal"}
    description: dict[str, object] = {
        "slug": SLUG,
        "title": "A challenge that is played",
        "team_size": 5,
        "merge_until": start + timedelta(days=MERGE_UNTIL),
        "entry_until": start + timedelta(days=ENTRY_UNTIL),
        "external_data_until": start + timedelta(days=EXTERNAL_DATA_UNTIL),
        "declarations": {"required": True},
        "brackets": BRACKETS,
        "reference_rows": [reference],
        "split": {"public": PUBLIC_SHARE, "seed": 20260101},
        "phases": phases,
    }
    user = make_user(organizer.name)
    of = read_folder(write_folder(folder / "folder", world, description))
    return found(of, organizer=user, rehearsal=rehearsal)


def _introduce(people: list[Person], competition: Competition) -> None:
    """Everybody has an account and a token; of a rehearsal they are guests."""
    for person in people:
        user = User.objects.filter(username=person.name).first() or make_user(person.name)
        scopes = ("read", "submit", "organize")
        person.token = issue_token(user=user, name="challenge", scopes=scopes, days=TOKEN_DAYS).secret
        if competition.hidden:
            competition.guests.add(user)


def _public_part(tables: psycopg.Connection[Any], world: World) -> set[str]:
    """The sealed split, opened with the workers' key: no patient is on both parts, and the share is as asked for."""
    box = tables.execute("SELECT box FROM competition_sealedsplit").fetchone()[0]
    key = nacl.public.PrivateKey(bytes.fromhex(Path(os.environ["LABELS_PRIVATE_KEY_FILE"]).read_text().strip()))
    public = set(json.loads(nacl.public.SealedBox(key).decrypt(bytes(box)))["public"])
    sides = {world.patients[image] for image in public} & {
        world.patients[image] for image in world.images if image not in public
    }
    if sides or abs(len(public) / len(world.images) - PUBLIC_SHARE) > 0.05:
        raise Deviation(f"the split: {len(public)} of {len(world.images)} are public, patients on both parts: {sides}")
    return public


def _day(play: Play, competition: Competition, day: int) -> None:
    enter = [team for team in play.books.teams if team.enters_on == day]
    uploads = [(team, track) for team in play.books.teams for on, track in team.days if on == day]
    events = EVENTS.get(day, [])
    if not (enter or uploads or events):
        return
    play.go_to(day)
    for team in enter:
        play.enter(team)
        if team.baseline:
            TeamRow.objects.filter(competition=competition, name=team.name).update(baseline=True)
    play.upload_of_the_day([(team.stands_as, track) for team, track in uploads])
    for number, (team, track) in enumerate(uploads):
        if (day + number) % 6 == 0:
            play.upload_bad(team.stands_as, track, day + number)
    for event in events:
        event(play)
    play.check()
    play.counted["days with something to do"] += 1
    play.say(f"day {day}: {len(play.books.uploads)} uploads, {play.counted['boards compared']} boards compared")


def _check_books_of_the_server() -> None:
    """The server's own opinion of its audit and of what it committed to."""
    with open(os.devnull, "w") as nowhere:
        for command in ("verify_audit", "verify_commitments"):
            call_command(command, stdout=nowhere, stderr=nowhere)


def _table(play: Play, invariants: int) -> list[tuple[str, object]]:
    people = sum(len(team.people) for team in play.books.teams)
    rows: list[tuple[str, object]] = [("people", people), ("uploads accepted", len(play.books.uploads))]
    rows += sorted(play.counted.items())
    rows += [(f"refused: {reason}", number) for reason, number in sorted(play.refused.items())]
    rows += [
        ("scores compared", play.scores.compared),
        ("largest difference of a score", f"{play.scores.largest:.1e}"),
        ("invariants in SQL", invariants),
    ]
    return rows
