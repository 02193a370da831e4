"""What is too good to be true, or a series that asks for the labels, is noticed; honest files and series are not."""

import os

import numpy as np
import pytest

from competition.models import Evaluation, Hint, Letter
from competition.operations.look_over import look_over
from competition.operations.series import FILES, FILES_AT_CHANCE, LATEST, alike, files_at_chance
from competition.operations.too_good import Earlier, is_far_above
from competition.sandbox.holds_labels import SHARE_OF_BOXES, perfect_labels, true_boxes
from competition.sandbox.likeness import likeness_of, sample_of
from scoring import BoxTruth, Detections, LabelTruth, Probabilities
from tests.factory import detections_csv, hand_in, make_member, probabilities_csv

LONG = os.environ.get("PROBING") == "long"
HONEST = 1000 if LONG else 100
SERIES = 1000 if LONG else 30
ATTACKS = 60 if LONG else 2
IMAGES, LABELS = 1000, 14
NAMES = tuple(f"{image:04}" for image in range(IMAGES))
COLUMNS = tuple(f"L{label:02}" for label in range(LABELS))
PREVALENCE = np.geomspace(0.012, 0.12, LABELS)


def labels_at(rng):
    return rng.random((IMAGES, LABELS)) < PREVALENCE


def auroc(truth, values):
    """Mean over the labels, for scores without ties."""
    ranks = values.argsort(axis=0).argsort(axis=0) + 1
    count = truth.sum(axis=0)
    above = (ranks * truth).sum(axis=0) - count * (count + 1) / 2
    return float((above / (count * (IMAGES - count))).mean())


def predicted(values):
    return Probabilities(NAMES, COLUMNS, np.ascontiguousarray(values), IMAGES)


def honest_series(rng, truth):
    """A model that gets better over ten uploads: trained again, fine-tuned, some labels changed alone, some averaged.

    One series in ten begins with a file that is broken, and one in ten takes columns of labels over twice.
    """
    strength, noise = rng.uniform(0.8, 1.8), rng.normal(0, 1, truth.shape)
    broken, parts = rng.random() < 0.1, rng.random() < 0.1
    files = []
    for step in range(10):
        strength += rng.uniform(0, 0.15)
        drift = rng.uniform(0.1, 0.5)
        noise = np.sqrt(1 - drift**2) * noise + drift * rng.normal(0, 1, truth.shape)
        values = 1 / (1 + np.exp(2.5 - strength * truth - noise))
        if parts and step in (4, 5):
            values[:, : LABELS // 2] = files[-1][:, : LABELS // 2]
        files.append(rng.random(truth.shape) if broken and step == 0 else values)
    return files


def random_bits(rng, truth):
    """Random 0/1 columns."""
    return [rng.integers(0, 2, truth.shape).astype(float) for _ in range(10)]


def hidden_noise(rng, truth):
    """Random numbers that look like a model's."""
    return [1 / (1 + np.exp(3 - rng.normal(0, 1, truth.shape))) for _ in range(10)]


def climbing(rng, truth):
    """Random files that are added to what made a step, with a noise that hides the few values."""
    total = rng.random(truth.shape)
    files = [total]
    for _ in range(9):
        candidate = total + rng.integers(0, 2, truth.shape) + rng.normal(0, 1e-3, truth.shape)
        if auroc(truth, candidate) > auroc(truth, total) + 0.01:
            total = candidate
        files.append(candidate)
    return [(file - file.min()) / np.ptp(file) for file in files]


def rows_of_a_model(rng, truth):
    """An honest model's file, of which half of the rows are pushed up in each."""
    base = 1 / (1 + np.exp(2.5 - 1.5 * truth - rng.normal(0, 1, truth.shape)))
    return [np.where(rng.random((IMAGES, 1)) < 0.5, base, (1 + base) / 2) for _ in range(10)]


def column_of_a_model(rng, truth):
    """An honest model's file, of which one column asks."""
    base = 1 / (1 + np.exp(2.5 - 1.5 * truth - rng.normal(0, 1, truth.shape)))
    files = []
    for _ in range(10):
        file = base.copy()
        half = rng.random(IMAGES) < 0.5
        file[half, 0] = (1 + file[half, 0]) / 2
        files.append(file)
    return files


def one_row_of_a_model(rng, truth):
    """An honest model's file with one image's row changed."""
    base = 1 / (1 + np.exp(2.5 - 1.5 * truth - rng.normal(0, 1, truth.shape)))
    files = []
    for image in rng.permutation(IMAGES)[:10]:
        file = base.copy()
        file[image] = 0.999
        files.append(file)
    return files


ATTACK_SERIES = (random_bits, hidden_noise, climbing, rows_of_a_model, column_of_a_model, one_row_of_a_model)


def first_noticed(files, truth, sample):
    """The number of the first file of a series at which something is noticed; None when nothing is."""
    likenesses, values = [], []
    for number, file in enumerate(files, 1):
        mine = likeness_of(predicted(file), sample)
        earlier = likenesses[::-1][:LATEST]
        values.append(auroc(truth, file + 1e-9 * np.random.default_rng(number).random(file.shape)))
        few = any(len(np.unique(column)) <= 3 for column in file.T)
        chance = files_at_chance("classification", values)
        if (
            few
            or alike(mine, earlier, columns=LABELS).files >= FILES
            or (files_at_chance("classification", values[-1:]) and chance >= FILES_AT_CHANCE)
        ):
            return number
        likenesses.append(mine)
    return None


def test_series_that_probe_are_noticed_within_ten_files_and_honest_ones_are_not(record_property):
    rng = np.random.default_rng(2)
    sample = sample_of(4, IMAGES, LABELS)
    honest = [first_noticed(honest_series(rng, truth), truth, sample) for truth in map(labels_at, [rng] * SERIES)]
    noticed = {
        attack.__name__: [first_noticed(attack(rng, truth), truth, sample) for truth in map(labels_at, [rng] * ATTACKS)]
        for attack in ATTACK_SERIES
    }

    alarms = sum(number is not None for number in honest)
    record_property("honest series, alarms", str((len(honest), alarms)))
    record_property(
        "attack: series, noticed, at the file",
        str({name: (len(at), sum(map(bool, at)), max(filter(None, at), default=0)) for name, at in noticed.items()}),
    )
    assert alarms <= SERIES / 100
    every = [number for at in noticed.values() for number in at]
    assert sum(number is not None for number in every) >= 0.95 * len(every)


def true_boxes_at(rng, count=400):
    """A detection truth with boxes as large as those of chest findings: from 40 to 900 pixels."""
    corner = rng.uniform(0, 2000, (count, 2))
    size = np.exp(rng.uniform(np.log(40), np.log(900), (count, 2)))
    order = np.lexsort((corner[:, 0], np.arange(count) % 2))
    image = rng.integers(0, IMAGES, count).astype(np.int32)
    return BoxTruth(
        NAMES,
        ("A", "B"),
        image[order],
        (np.arange(count) % 2).astype(np.int32)[order],
        np.hstack([corner, corner + size])[order],
    )


def detected(truth, box, rng, *, extra=3):
    """These boxes in the place of the true ones, and for each some false ones."""
    count = len(truth.box)
    false = true_boxes_at(rng, extra * count)
    return Detections(
        NAMES,
        truth.labels,
        np.concatenate([truth.image, false.image]),
        np.concatenate([truth.label, false.label]),
        rng.random(count * (1 + extra)),
        np.vstack([box, false.box]),
        count * (1 + extra),
    )


def test_a_copy_of_the_true_boxes_with_a_jitter_of_a_pixel_is_found_and_a_good_detector_is_not(record_property):
    rng = np.random.default_rng(6)
    shares = []
    for _ in range(HONEST):
        truth = true_boxes_at(rng, 200)
        size = np.tile(truth.box[:, 2:] - truth.box[:, :2], 2)
        error = rng.normal(0, rng.uniform(0.04, 0.15) * size + 1)
        shares.append(true_boxes(truth, detected(truth, truth.box + error, rng)))
    truth = true_boxes_at(rng)
    jitter = rng.uniform(-1, 1, truth.box.shape)
    copied = true_boxes(truth, detected(truth, truth.box + jitter, rng))
    part = np.where(rng.random((len(truth.box), 1)) < 0.3, jitter, 60.0)
    partly = true_boxes(truth, detected(truth, truth.box + part, rng))

    alarms = sum(share >= SHARE_OF_BOXES for share in shares)
    record_property(
        "honest files, alarms, greatest share; share of a copy", str((len(shares), alarms, max(shares), copied))
    )
    assert alarms <= HONEST / 100
    assert copied == 1.0
    assert partly >= SHARE_OF_BOXES
    assert true_boxes(truth, detected(truth, truth.box + 3.0, rng, extra=0)) == 0.0


def test_labels_that_are_told_without_an_error_are_found_and_good_models_are_not_taken_for_them(record_property):
    rng = np.random.default_rng(8)
    alarms = 0
    for _ in range(HONEST):
        truth = labels_at(rng)
        model = rng.normal(0, 1, truth.shape) + rng.uniform(1, 3.3) * truth
        alarms += bool(perfect_labels(LabelTruth(NAMES, COLUMNS, truth), predicted(1 / (1 + np.exp(-model)))))
    truth = labels_at(rng)
    told = LabelTruth(NAMES, COLUMNS, truth)
    enough = [label for place, label in enumerate(COLUMNS) if truth[:, place].sum() >= 10]
    hidden = np.clip(0.3 + 0.3 * truth + rng.uniform(-0.1, 0.1, truth.shape), 0, 1)

    record_property("honest files of AUROC up to .99, alarms", str((HONEST, alarms)))
    assert alarms <= HONEST / 100
    assert perfect_labels(told, predicted(truth.astype(float))) == enough
    assert perfect_labels(told, predicted(hidden)) == enough
    assert perfect_labels(told, predicted(np.full(truth.shape, 0.5))) == []


def test_a_score_that_makes_good_half_of_what_all_others_lack_is_far_above(record_property):
    rng = np.random.default_rng(9)
    alarms = 0
    for _ in range(HONEST):
        skill = dict(enumerate(rng.uniform(0.65, 0.85, 12)))
        board = []
        for _ in range(80):
            team = int(rng.integers(12))
            skill[team] += rng.uniform(0, 0.15) * (0.95 - skill[team])
            value = skill[team] + rng.normal(0, 0.01)
            alarms += is_far_above(value, team, board)
            board.append(Earlier(team, value))

    record_property("files of honest boards, alarms", str((HONEST * 80, alarms)))
    assert alarms <= HONEST * 80 / 100
    assert is_far_above(0.99, 3, board)
    assert not is_far_above(0.99, 3, board[:10])


@pytest.mark.parametrize("track", ["detection", "classification"])
def test_only_organizers_learn_that_a_file_holds_the_labels(competition, member, score_all, track):
    honest = make_member(competition, "bob")
    files = {
        "detection": (detections_csv(shift=1), detections_csv(shift=25)),
        "classification": (probabilities_csv(), probabilities_csv(noise=0.4, seed=2)),
    }[track]
    for who, content in zip((member, honest), files, strict=True):
        hand_in(who, content, track=track)
    score_all()
    for evaluation in Evaluation.objects.all():
        look_over(evaluation.pk)

    hints = Hint.objects.filter(kind__in=["true_boxes", "perfect_labels", "far_above"])
    assert [(hint.kind, hint.team.name) for hint in hints] == [
        ("true_boxes" if track == "detection" else "perfect_labels", "Team ada")
    ]
    assert Letter.objects.count() == 0


def test_a_team_whose_files_repeat_each_other_or_chance_is_noticed(competition, member, score_all):
    competition.phases.update(daily_limit=50)
    base = probabilities_csv(noise=0.4, seed=1).decode().splitlines()
    rng = np.random.default_rng(0)
    for _ in range(FILES + 1):
        rows = [row if rng.random() < 0.8 else f"{row[:32]},{rng.random():.6f},{rng.random():.6f}" for row in base[1:]]
        hand_in(member, "\n".join([base[0], *rows]).encode(), track="classification")
    for _ in range(FILES_AT_CHANCE):
        hand_in(member, detections_csv(shift=400), track="detection")
    score_all()
    for evaluation in Evaluation.objects.order_by("submission__received_at"):
        look_over(evaluation.pk)

    series = Hint.objects.filter(kind="series").values_list("track__kind", "figure")
    assert sorted(series) == [("classification", FILES), ("detection", FILES_AT_CHANCE - 1)]
    assert Hint.objects.get(kind="at_chance", track__kind="detection").figure == FILES_AT_CHANCE
