"""The demo is loaded by real processes, and loading it again changes nothing."""

import json
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from competition import queue
from competition.clock import database_now
from competition.demo.teams import BASELINE, TEAMS
from competition.models import ApiToken, Board, Competition, Membership, Submission, Team, User
from competition.operations.count_quota import quota_of
from competition.operations.issue_token import token_of
from tests.factory import hand_in
from tests.running import running

pytestmark = pytest.mark.django_db(transaction=True)

BASE_URL = "http://127.0.0.1:8123"


@pytest.fixture(autouse=True)
def silent_bell() -> None:
    queue.connection().flushall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "demo.json"


def load(path: Path, **options: Any) -> dict[str, Any]:
    """Run the command and return what it wrote."""
    call_command("load_demo", to=path, base_url=BASE_URL, fast=True, stderr=StringIO(), **options)
    return json.loads(path.read_text())


def load_with_worker(path: Path) -> dict[str, Any]:
    with running("worker", "sweeper"):
        return load(path)


def people(demo: dict[str, Any]) -> list[dict[str, str]]:
    return [demo["organizer"], *demo["participants"]]


def mode(path: Path | str) -> int:
    return stat.S_IMODE(Path(path).stat().st_mode)


def uploads_left(team: Team) -> list[int]:
    phase, now = team.competition.phases.get(), database_now()
    return [quota_of(team, phase, track, now).left for track in team.competition.tracks.all()]


def books() -> dict[str, list[Any]]:
    """What a second start must leave as it is."""
    return {
        model.__name__: list(model.objects.order_by("pk").values_list(*fields))
        for model, fields in (
            (Submission, ("pk", "sha256", "received_at")),
            (Board, ("pk", "etag")),
            (User, ("pk", "password")),
            (ApiToken, ("pk", "sha256", "revoked_at")),
            (Team, ("pk", "name", "baseline")),
        )
    }


def test_the_first_start_leaves_a_living_board_and_says_how_to_use_it(path: Path) -> None:
    demo = load_with_worker(path)

    assert set(demo) == {"base_url", "competition", "organizer", "participants", "files"}
    assert (demo["base_url"], demo["competition"]) == (BASE_URL, "vindr-cxr-demo")
    assert mode(path) == 0o600
    assert_people_can_log_in(demo)
    assert_boards_tell_of(demo)
    assert_files_can_be_uploaded(demo)


def assert_people_can_log_in(demo: dict[str, Any]) -> None:
    for person in people(demo):
        assert authenticate(username=person["username"], password=person["password"])
        assert token_of(person["token"]).user.username == person["username"]
    competition = Competition.objects.get()
    organizer = User.objects.get(username=demo["organizer"]["username"])
    assert competition.is_organized_by(organizer)
    assert token_of(demo["organizer"]["token"]).scopes == ["read", "submit", "organize"]
    for person in demo["participants"]:
        token = token_of(person["token"])
        assert token.scopes == ["read", "submit"]
        assert token.expires_at is None
        assert Membership.objects.of(token.user, competition).team.name == person["team"]
    assert BASELINE.username not in {person["username"] for person in demo["participants"]}


def assert_boards_tell_of(demo: dict[str, Any]) -> None:
    for track in Competition.objects.get().tracks.all():
        board = Board.objects.filter(track=track).order_by("version").last()
        ranks = {entry["team"]: entry["rank"] for entry in board.entries}
        assert ranks.pop(BASELINE.name) is None
        assert set(ranks) == {person["team"] for person in demo["participants"]}
        assert sorted(ranks.values()) == [1, 2, 3]


def assert_files_can_be_uploaded(demo: dict[str, Any]) -> None:
    membership = Membership.objects.get(user__username=demo["participants"][0]["username"])
    for track, file in demo["files"].items():
        assert Path(file).is_absolute()
        assert mode(file) == 0o600
        assert hand_in(membership, Path(file).read_bytes(), track=track).created


def test_the_second_start_changes_nothing_and_keeps_passwords_and_tokens(path: Path) -> None:
    first = load_with_worker(path)
    before = books()

    second = load(path)

    assert second == first
    assert books() == before


def test_a_start_without_a_worker_says_what_is_missing_and_the_next_one_goes_on(path: Path) -> None:
    with pytest.raises(CommandError, match=r"No submission was scored .* look whether a worker and the sweeper run"):
        load(path, patience=0.5)
    assert not path.exists()
    handed_in = Submission.objects.count()

    demo = load_with_worker(path)

    assert Submission.objects.count() == handed_in
    assert_people_can_log_in(demo)


def test_a_lost_file_is_written_anew_and_its_forgotten_tokens_end(path: Path) -> None:
    first = load_with_worker(path)
    path.unlink()

    second = load(path)

    assert_people_can_log_in(second)
    assert all(token_of(person["token"]) is None for person in people(first))


def test_whatever_was_used_up_three_uploads_are_left_after_each_start(path: Path) -> None:
    demo = load_with_worker(path)
    team = Team.objects.get(name=demo["participants"][0]["team"])
    membership = team.memberships.get()
    content = Path(demo["files"]["classification"]).read_bytes()
    left = sorted(uploads_left(team))
    for _ in range(9):
        hand_in(membership, content, track="classification")
    assert sorted(uploads_left(team)) == [0, 9]

    load(path)

    assert left == [9, 9]
    assert sorted(uploads_left(team)) == [3, 9]


def test_few_uploads_in_all_are_topped_up_too(path: Path) -> None:
    load_with_worker(path)
    competition = Competition.objects.get()
    competition.phases.update(daily_limit=2, total_limit=1)

    load(path)

    participants = Team.objects.filter(baseline=False)
    assert [uploads_left(team) for team in participants] == [[3, 3]] * len(participants)


def test_a_fresh_database_gets_the_log_ins_of_an_old_file(path: Path) -> None:
    old = {"username": TEAMS[0].username, "password": "kept-from-before", "token": "vdb_kept-from-before"}
    organizer = {"username": "demo-organizer", "password": "kept-as-well", "token": "vdb_kept-as-well"}
    path.write_text(json.dumps({"organizer": organizer, "participants": [old | {"team": TEAMS[0].name}]}))

    demo = load_with_worker(path)

    assert demo["organizer"] == organizer
    assert demo["participants"][0] == old | {"team": TEAMS[0].name}
    assert_people_can_log_in(demo)
