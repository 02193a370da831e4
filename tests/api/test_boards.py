"""Boards: fields to the letter, ranks, phases, ETags, CSV."""

import csv
import io

import pytest
from django.test import Client

from competition.models import Board, Team
from competition.operations.reveal import reveal
from competition.operations.withdraw import withdraw
from competition.operations.write_csv import csv_rows
from tests.factory import detections_csv, hand_in, make_competition, make_member

ADDRESS = "/api/v1/competitions/chest/boards/detection"
FIELDS = {
    "rank": int | None,
    "rank_low": int | None,
    "rank_high": int | None,
    "team": str,
    "score": float,
    "interval": list | None,
    "submissions": int,
    "submitted_at": str,
    "baseline": bool,
    "separable_from_above": bool | None,
    "separable_from_first": bool | None,
}


@pytest.fixture
def board(competition, score_all):
    """Two equal teams, a weaker one, and a baseline."""
    for name, shifts in (("ada", (150, 0)), ("bob", (0,)), ("=eve", (150,)), ("prevalence", (5,))):
        member = make_member(competition, name, team=f"{name}'s team" if name[0] != "=" else "=eve()")
        for shift in shifts:
            hand_in(member, detections_csv(shift=shift))
    Team.objects.filter(name="prevalence's team").update(baseline=True)
    score_all()
    return Client().get(ADDRESS)


def test_its_fields_are_those_of_the_interface(board):
    body = board.json()

    assert set(body) >= {"version", "phase", "track", "metric", "published_at", "entries"}
    assert (body["version"], body["phase"], body["track"], body["metric"]) == (
        Board.objects.order_by("version").last().version,
        "main",
        "detection",
        "voc2010@0.4",
    )
    assert body["published_at"].endswith("Z")
    for entry in body["entries"]:
        assert set(entry) == set(FIELDS)
        assert all(isinstance(entry[name], kind) for name, kind in FIELDS.items()), entry
        assert round(entry["score"], 3) == entry["score"]
        assert entry["submitted_at"].endswith("Z")
        if not entry["baseline"]:
            assert entry["rank_low"] <= entry["rank"] <= entry["rank_high"]


def test_equal_scores_share_a_rank_and_a_baseline_has_none(board):
    entries = board.json()["entries"]

    assert [(entry["team"], entry["rank"], entry["submissions"]) for entry in entries] == [
        ("ada's team", 1, 2),
        ("bob's team", 1, 1),
        ("prevalence's team", None, 1),
        ("=eve()", 3, 1),
    ]
    assert (entries[2]["rank_low"], entries[2]["rank_high"]) == (None, None)


def test_what_has_not_changed_is_304(board):
    tag = board["ETag"]
    same = (tag, f"W/{tag}", f'"other", {tag}', "*")
    other = ('"other"', tag.strip('"'), "", 'W/"x"')

    assert tag.startswith('"')
    for word in same:
        answer = Client(headers={"If-None-Match": word}).get(ADDRESS)
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    for word in other:
        assert Client(headers={"If-None-Match": word}).get(ADDRESS).status_code == 200


def test_the_tag_changes_with_the_version_and_with_the_form(board, score_all):
    table = Client().get(ADDRESS + "?format=csv")
    withdraw(Team.objects.get(name="bob's team").submissions.get())
    score_all()
    after = Client(headers={"If-None-Match": board["ETag"]}).get(ADDRESS)

    assert table["ETag"] != board["ETag"]
    assert after.status_code == 200
    assert after.json()["version"] == board.json()["version"] + 1
    assert after["ETag"] != board["ETag"]


def test_as_a_table_it_says_the_same_and_runs_nothing(board):
    table = Client().get(ADDRESS + "?format=csv")

    rows = list(csv.DictReader(io.StringIO(table.content.decode())))
    entries = board.json()["entries"]
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert [row["team"].removeprefix("'") for row in rows] == [entry["team"] for entry in entries]
    assert rows[-1]["team"] == "'=eve()"
    assert [float(row["score"]) for row in rows] == [entry["score"] for entry in entries]
    assert [row["rank"] for row in rows] == ["1", "1", "", "3"]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_of_a_table_is_a_formula(first):
    table = csv_rows(["team"], [[f"{first}cmd()"]]).decode()

    assert list(csv.reader(io.StringIO(table, newline=""))) == [["team"], [f"'{first}cmd()"]]


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_no_cell_of_a_table_begins_a_row_of_its_own(end):
    table = csv_rows(["note"], [[f"good{end}=cmd()"]]).decode()

    assert table == 'note\n"good\n=cmd()"\n'


def test_head_tells_what_get_tells(board):
    head = Client().head(ADDRESS)

    assert (head.status_code, head.content, head["ETag"]) == (200, b"", board["ETag"])


@pytest.mark.parametrize(
    ("spans", "shown"),
    [
        ({"past": ("2020", "2021"), "now": ("2022", "2100"), "next": ("2101", "2102")}, "now"),
        ({"past": ("2020", "2021"), "later": ("2021", "2022"), "next": ("2101", "2102")}, "later"),
        ({"next": ("2101", "2102"), "last": ("2103", "2104")}, "next"),
    ],
)
def test_without_a_phase_it_is_the_open_one_or_else_the_last_closed(db, tmp_path, spans, shown):
    phases = [
        {"key": key, "title": key, "opens_at": f"{begin}-01-01", "closes_at": f"{end}-01-01"}
        for key, (begin, end) in spans.items()
    ]
    make_competition(tmp_path, phases=phases)

    answer = Client().get(ADDRESS).json()
    named = Client().get(f"{ADDRESS}?phase=next").json()

    assert (answer["phase"], answer["version"], answer["entries"]) == (shown, 0, [])
    assert named["phase"] == "next"


def test_a_track_that_the_competition_has_not_is_unknown(board):
    assert Client().get(ADDRESS.replace("detection", "segmentation")).status_code == 404
    assert Client().get("/api/v1/competitions/none/boards/detection").status_code == 404


def test_reading_it_costs_the_same_with_many_teams(board, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        Client().get(ADDRESS)
    with django_assert_max_num_queries(5):  # the rows stay where they are
        assert Client().get(ADDRESS, headers={"If-None-Match": board["ETag"]}).status_code == 304


def test_a_final_board_has_the_rank_on_the_public_part_in_both_forms(db, tmp_path, score_all):
    competition = make_competition(tmp_path, split={"public": 0.5, "seed": 1})
    for name, shift in (("ada", 150), ("bob", 0)):
        hand_in(make_member(competition, name), detections_csv(shift=shift))
    score_all()
    running = Client().get(ADDRESS + "?format=csv").content.decode()
    competition.phases.update(opens_at="2020-01-01T00:00Z", closes_at="2020-02-01T00:00Z")
    reveal(competition.phases.get(), organizer=None)
    score_all()
    entries = Client().get(ADDRESS).json()["entries"]
    rows = list(csv.DictReader(io.StringIO(Client().get(ADDRESS + "?format=csv").content.decode())))

    assert "public_rank" not in running
    assert list(rows[0])[-1] == "public_rank"
    assert [row["public_rank"] for row in rows] == [str(entry["public_rank"]) for entry in entries] == ["1", "2"]
