"""The attacks of a team without a model: what a composite phase lets out, and what the values of classes would.

A few files go through the API; that the simulation answers the same is what makes its many runs count. PROBING=long
has as many runs as docs/probing.md tells; `python -m tests.probing` is the same and prints the figures.
"""

import os
import sys
from datetime import timedelta

import numpy as np
import pytest

from tests.probing.attack import (
    Simulation,
    boost,
    climb,
    found_competition,
    halve_class,
    prober,
    recovered,
    split_class,
    truth_of,
    yardstick_for,
)

LONG = os.environ.get("PROBING") == "long"
RUNS = 20 if LONG else 2
QUERIES = (25, 100, 300) if LONG else (100,)
THROUGH_THE_API = 100 if LONG else 5
INFLATION, OFF_CHANCE, RECOVERED = 0.10, 0.03, 0.05
pytestmark = pytest.mark.django_db


@pytest.fixture
def truth():
    return truth_of(3)


def found_with(tmp_path, detail, truth, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return found_competition(tmp_path / "folder", detail, truth)


def told(record_property, what, figures):
    figures = np.array(figures)
    line = f"{what}, {len(figures)} runs: mean {np.round(figures.mean(0), 3).tolist()}, "
    line += f"from {np.round(figures.min(0), 3).tolist()} to {np.round(figures.max(0), 3).tolist()}"
    record_property("attack", line)
    if LONG:
        sys.stdout.write(f"\n{line}\n")
    return figures.mean(0)


@pytest.mark.parametrize(("detail", "attack"), [("composite", climb), ("classes", boost)])
def test_the_api_answers_an_attack_as_the_simulation_does(
    tmp_path, settings, monkeypatch, truth, record_property, detail, attack
):
    monkeypatch.setattr("competition.operations.publish.SHORTEST_GAP", timedelta(0))
    competition = found_with(tmp_path, detail, truth, settings)
    stick = yardstick_for(competition)
    team, simulation = prober(competition, "mallory"), Simulation(stick, detail)

    by_api = attack(team, np.random.default_rng(0), THROUGH_THE_API)
    simulated = attack(simulation, np.random.default_rng(0), THROUGH_THE_API)

    told(record_property, f"{detail}, {team.sent} files by the API: public, private", [best_of(simulation)])
    assert team.sent == len(simulation.values)
    assert np.array_equal(by_api, simulated)


def best_of(simulation):
    best = int(np.argmax(simulation.values))
    return simulation.values[best], simulation.private[best]


def best_files(competition, detail, attack, queries):
    """The true scores, public and private, of each run's best file."""
    stick, found = yardstick_for(competition), []
    for seed in range(RUNS):
        simulation = Simulation(stick, detail)
        attack(simulation, np.random.default_rng(seed), queries)
        found.append(best_of(simulation))
    return found


def test_random_files_combined_by_steps_gain_little_on_the_public_part_and_nothing_on_the_private(
    tmp_path, settings, truth, record_property
):
    competition = found_with(tmp_path, "composite", truth, settings)
    for queries in QUERIES:
        found = best_files(competition, "composite", climb, queries)
        public, private = told(record_property, f"composite, climbing, {queries} files: public, private", found)

        if queries <= 100:
            assert public - 0.5 <= INFLATION
        assert abs(private - 0.5) <= OFF_CHANCE


def test_where_classes_are_shown_the_same_files_gain_much_more(tmp_path, settings, truth, record_property):
    """Why there is `detail: composite`; the private part is left alone here too."""
    competition = found_with(tmp_path, "classes", truth, settings)
    for queries in QUERIES:
        found = best_files(competition, "classes", boost, queries)
        public, private = told(record_property, f"classes, boosting, {queries} files: public, private", found)

        assert public - 0.5 > 2 * INFLATION
        assert abs(private - 0.5) <= OFF_CHANCE


def test_a_rare_class_is_found_by_its_own_value_and_not_by_steps(tmp_path, settings, truth, record_property):
    """Of 12 positive images, as many named as there are; a hundred files."""
    stick = yardstick_for(found_with(tmp_path, "composite", truth, settings))
    positive, chance = truth[:, 0], truth[:, 0].mean()
    means = {}
    for detail, attack in (("composite", halve_class), ("classes", split_class)):
        found = []
        for seed in range(RUNS):
            belief = attack(Simulation(stick, detail), np.random.default_rng(seed), 100)
            found.append(recovered(belief, positive, np.random.default_rng(seed)) - chance)
        means[detail] = told(record_property, f"{detail}, {attack.__name__}: share found, above chance", found)

    assert means["composite"] <= RECOVERED
    assert means["classes"] > 2 * RECOVERED
