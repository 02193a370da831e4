"""A real model's predictions on NIH ChestX-ray14 have the published figures."""

import csv
from pathlib import Path

import numpy as np
import pytest

from scoring import (
    Manifest,
    draw_split,
    read_groups,
    read_label_truth,
    read_probabilities,
    score_classification,
)

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "nih-chestxray14"


@pytest.fixture(scope="module")
def nih():
    if not FOLDER.is_dir():
        pytest.skip("the NIH data is not here")
    truth = read_label_truth((FOLDER / "image_labels.csv").read_bytes())
    predictions = read_probabilities(
        (FOLDER / "predictions_densenet121.csv").read_bytes(), manifest=Manifest(truth.image_ids), labels=truth.labels
    )
    return truth, predictions


def published():
    with (FOLDER / "published_auc.csv").open(newline="") as file:
        return {row["label"]: float(row["auc_these_labels"]) for row in csv.DictReader(file)}


def test_the_fourteen_aurocs_are_those_published_for_these_labels(nih):
    card = score_classification(*nih, resamples=0)

    expected = published()
    assert len(card.classes) == 14
    for score in card.classes:
        assert score.value == pytest.approx(expected[score.label], abs=1e-12)
    assert card.value == pytest.approx(sum(expected.values()) / 14, abs=1e-12)


def test_resampling_patients_widens_the_standard_error_of_the_mean(nih):
    truth, predictions = nih
    groups = read_groups((FOLDER / "groups.csv").read_bytes(), manifest=Manifest(truth.image_ids))

    of_images = score_classification(truth, predictions, resamples=300)
    of_patients = score_classification(truth, predictions, resamples=300, groups=groups)

    assert len(set(groups)) == 6187
    assert of_patients.replicates.std() / of_images.replicates.std() == pytest.approx(1.21, abs=0.15)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_a_split_by_patient_shares_out_every_label_as_asked_for(nih, share):
    truth, _ = nih
    groups = np.array(read_groups((FOLDER / "groups.csv").read_bytes(), manifest=Manifest(truth.image_ids)))

    public = draw_split(truth.values, groups.tolist(), public_share=share, seed=20260101)

    _, patient = np.unique(groups, return_inverse=True)
    of_patient = np.zeros((patient.max() + 1, truth.values.shape[1]), dtype=int)
    np.add.at(of_patient, patient, truth.values.astype(int))
    positives = truth.values.sum(axis=0)
    assert set(groups[public]).isdisjoint(groups[~public])
    assert abs(public.mean() - share) < 0.002
    assert (abs(truth.values[public].sum(axis=0) - share * positives) <= of_patient.max(axis=0)).all()
    assert (public == draw_split(truth.values, groups.tolist(), public_share=share, seed=20260101)).all()
