"""A short form of the played challenge: every part of the play, few teams. `make challenge` plays the long one."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest

from tests.challenge.compare import compare
from tests.challenge.events import EVENTS
from tests.challenge.measure import score_of
from tests.challenge.server import Deviation
from tests.challenge.standing import Measured, Pairs, rows, stands_with_best, steps
from tests.challenge.teams import FEWEST_TEAMS
from tests.challenge.world import draw_world, truth_files
from tests.running import REPOSITORY, environment_of_tests


def test_a_whole_challenge_of_three_months_shows_no_board_that_it_must_not(db, record_property):
    environment = {**os.environ, "DATABASE_URL": environment_of_tests()["DATABASE_URL"]}
    command = [sys.executable, "-m", "tests.challenge", "--teams", str(FEWEST_TEAMS), "--images", "240", "--rehearsal"]
    played = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=600, check=False
    )

    assert played.returncode == 0, played.stdout[-6000:]
    for line in played.stdout.splitlines()[-40:]:
        record_property("challenge", line)


def measured(key, team, value, spread, minute):
    replicates = value + spread * np.sin(np.arange(1000) + minute)
    return Measured(key, team, team == "baseline", minute, value, replicates, withdrawn=False)


def test_the_script_ranks_by_the_words_of_the_rules():
    """1, 2, 2, 4; the earlier receipt first; a baseline has no rank; what differs in every resample is separable."""
    entries = [
        measured("a", "A", 0.9, 0.001, 5),
        measured("b", "B", 0.5004, 0.2, 4),
        measured("c", "C", 0.5001, 0.2, 3),
        measured("d", "D", 0.2, 0.001, 2),
        measured("e", "baseline", 0.6, 0.001, 1),
    ]

    found = rows(stands_with_best(entries), Pairs(), 1, "public", tell_pairs=True)

    assert [(row["team"], row["rank"]) for row in found] == [
        ("A", 1),
        ("baseline", None),
        ("C", 2),
        ("B", 2),
        ("D", 4),
    ]
    assert [(row["rank_low"], row["rank_high"]) for row in found if row["rank"]] == [(1, 1), (2, 3), (2, 3), (4, 4)]
    assert [row["separable_from_above"] for row in found if row["rank"]] == [False, True, False, True]


def test_a_held_score_moves_by_what_exceeds_the_noise():
    moved = steps(
        [measured(str(minute), "A", value, 0.0001, minute) for minute, value in enumerate((0.5, 0.505, 0.52))]
    )

    assert [one.value for one in moved] == [0.5, 0.52]


def test_every_row_that_differs_is_told():
    entry = {"team": "A", "rank": 1, "rank_low": 1, "rank_high": 2, "score": 0.5, "interval": [0.4, 0.6]}
    entry |= {"submissions": 2, "baseline": False, "separable_from_above": False, "separable_from_first": False}
    expected = {**entry, "submitted_at": np.datetime64("2027-01-01T00:00").astype("datetime64[us]").item()}
    shown = {**entry, "rank": 2, "submissions": 1, "submitted_at": "2027-01-01T00:00:00"}

    with pytest.raises(Deviation, match=r"rank is 2, must be 1\n.*submissions is 1, must be 2"):
        compare("a board", [shown], [expected])


def test_a_perfect_file_scores_1_by_the_script_and_half_of_it_less():
    world = draw_world(1, 60)
    boxes = world.right.boxes.assign(score=0.5)
    labels = sorted(set(boxes.class_name))
    perfect = boxes.to_csv(index=False).encode()
    half = boxes.iloc[::2].to_csv(index=False).encode()
    probabilities = truth_files(world, world.right)["classification"]

    assert score_of("detection", perfect, world.right, set(world.images), labels) == pytest.approx(1, abs=1e-12)
    assert score_of("detection", half, world.right, set(world.images), labels) < 0.75
    assert score_of("classification", probabilities, world.right, set(world.images), ["Pneumonia"]) == 1


def test_every_part_of_the_play_is_on_a_day():
    assert len([event for day in EVENTS.values() for event in day]) >= 35


@pytest.mark.parametrize("module", ["books", "compare", "expected", "measure", "scores", "standing", "world"])
def test_numbers_and_books_share_no_code_with_the_server(module):
    text = (REPOSITORY / "tests" / "challenge" / f"{module}.py").read_text()

    assert not re.search(r"^\s*(from|import) (scoring|competition)\b", text, re.MULTILINE)
