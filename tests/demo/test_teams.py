"""The made-up files can be handed in, and they are as good as their teams are."""

import numpy as np
import pytest

from competition.demo.consensus import Consensus
from competition.demo.teams import BASELINE, TEAMS, MadeUpFile, files_of, files_to_upload
from scoring import (
    GLOBAL,
    LOCAL,
    SERVER_LIMITS,
    Detections,
    Manifest,
    Probabilities,
    parse_metric,
    read_box_truth,
    read_detections,
    read_label_truth,
    read_probabilities,
    score_classification,
    score_detection,
)

ALL_FILES = tuple(files_of((*TEAMS, BASELINE)))
COUNTED = 10


def read(track: str, content: bytes, images: Manifest) -> Detections | Probabilities:
    if track == "detection":
        return read_detections(content, manifest=images, labels=LOCAL, limits=SERVER_LIMITS)
    return read_probabilities(content, manifest=images, labels=GLOBAL, limits=SERVER_LIMITS)


def score(track: str, content: bytes, truth: Consensus, images: Manifest) -> float:
    """The score as the server measures it, over the labels that count."""
    predictions = read(track, content, images)
    if isinstance(predictions, Detections):
        boxes = read_box_truth(truth.annotations_csv(), labels=LOCAL, manifest=images)
        counted = [LOCAL[index] for index in np.flatnonzero(truth.local_labels.sum(axis=0) >= COUNTED)]
        card = score_detection(boxes, predictions, metric=parse_metric("voc2010@0.4"), resamples=0, scored=counted)
    else:
        labels = read_label_truth(truth.image_labels_csv(), labels=GLOBAL, manifest=images)
        counted = [GLOBAL[index] for index in np.flatnonzero(truth.global_labels.sum(axis=0) >= COUNTED)]
        card = score_classification(labels, predictions, resamples=0, scored=counted)
    assert card.value is not None
    return card.value


@pytest.fixture(scope="session")
def scores(truth: Consensus, images: Manifest) -> dict[str, float]:
    """The score of each file by its key."""
    return {file.key: score(file.track, file.content(truth), truth, images) for file in ALL_FILES}


def of_team(track: str, username: str) -> list[MadeUpFile]:
    return [file for file in ALL_FILES if file.track == track and file.team.username == username]


def best_by_team(track: str, scores: dict[str, float]) -> dict[str, float]:
    return {
        team.username: max(scores[file.key] for file in of_team(track, team.username)) for team in (*TEAMS, BASELINE)
    }


@pytest.mark.parametrize("file", ALL_FILES, ids=lambda file: file.key)
def test_the_server_s_readers_take_every_file(file: MadeUpFile, truth: Consensus, images: Manifest) -> None:
    predictions = read(file.track, file.content(truth), images)

    assert predictions.rows >= len(truth.image_ids)


def test_a_dozen_teams_hand_in_to_both_tracks() -> None:
    assert len(TEAMS) == 12
    assert len({team.name for team in TEAMS}) == len({team.username for team in TEAMS}) == 12
    assert all(team.detection and team.classification for team in TEAMS)
    assert len({file.key for file in ALL_FILES}) == len(ALL_FILES)


def test_the_strongest_detection_file_has_about_36000_boxes_and_no_other_has_more(
    truth: Consensus, scores: dict[str, float]
) -> None:
    detection = [file for file in ALL_FILES if file.track == "detection"]
    rows = {file.key: file.content(truth).count(b"\n") - 1 for file in detection}
    strongest = max(detection, key=lambda file: scores[file.key])

    assert rows[strongest.key] == pytest.approx(36_000, rel=0.01)
    assert rows[strongest.key] == pytest.approx(max(rows.values()), rel=0.001)


@pytest.mark.parametrize("track", ["detection", "classification"])
def test_teams_get_better_with_each_submission(track: str, scores: dict[str, float]) -> None:
    for team in TEAMS:
        of_each = [scores[file.key] for file in of_team(track, team.username)]

        assert of_each == sorted(of_each), team.name


@pytest.mark.parametrize("track", ["detection", "classification"])
def test_the_board_follows_the_teams_skill(track: str, scores: dict[str, float]) -> None:
    best = best_by_team(track, scores)
    skills = {team.username: getattr(team, track)[-1] for team in TEAMS}
    placed = sorted(skills, key=lambda username: -best[username])
    skilled = sorted(skills, key=lambda username: -skills[username])

    places = np.array([[placed.index(username), skilled.index(username)] for username in skills])
    assert np.corrcoef(places.T)[0, 1] > 0.85
    assert set(placed[:3]) <= set(skilled[:5])
    assert set(placed[-3:]) <= set(skilled[-5:])


def test_strengths_are_spread_and_the_baseline_is_last(scores: dict[str, float]) -> None:
    detection = best_by_team("detection", scores)
    classification = best_by_team("classification", scores)

    assert 0.4 < max(detection.values()) < 0.6
    assert max(classification.values()) > 0.94
    assert min(detection, key=lambda username: detection[username]) == BASELINE.username
    assert classification[BASELINE.username] == min(classification.values()) == 0.5
    assert detection["demo-sofia"] < 0.2 < detection["demo-amara"] - 0.2


@pytest.mark.parametrize("track", ["detection", "classification"])
def test_the_file_to_upload_scores_well_and_is_no_team_s(
    track: str, truth: Consensus, images: Manifest, scores: dict[str, float]
) -> None:
    content = files_to_upload(truth)[track]
    better_than = [best < score(track, content, truth, images) for best in best_by_team(track, scores).values()]

    assert sum(better_than) >= 6
    assert content not in [file.content(truth) for file in ALL_FILES if file.track == track]


def test_a_file_is_the_same_whenever_it_is_made(truth: Consensus) -> None:
    for file in ALL_FILES[:: len(ALL_FILES) // 6]:
        assert file.content(truth) == file.content(truth)


def test_no_file_repeats_a_true_box(truth: Consensus) -> None:
    true_boxes = {
        tuple(row.split(",")[2:]) for row in truth.annotations_csv().decode().splitlines()[1:] if row[-1] != ","
    }
    strongest = next(file for file in ALL_FILES if file.team is TEAMS[0] and file.number == 3)
    predicted = {tuple(row.split(",")[3:]) for row in strongest.content(truth).decode().splitlines()[1:]}

    assert len(true_boxes) > 2000
    assert not true_boxes & predicted
