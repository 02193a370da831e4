"""The coverage study: its made-up test sets, its shortcuts, and that it prints the same tables again."""

import sys

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from benchmarks import coverage
from benchmarks.study import boards, classifiers, detectors
from benchmarks.study.images import SHARES, draw_counts, draw_images, image_weights
from benchmarks.study.intervals import TYPES, bca_interval, bootstrap_intervals, delong_intervals
from benchmarks.study.settings import Setting, draw_run
from benchmarks.study.tally import Cell, add_run, empty_cells, mean_of
from competition.demo.detections import detector_of
from scoring import LOCAL
from scoring.delong import delong_interval
from scoring.estimates import score_interval
from scoring.metric import parse_metric
from scoring.scorecard import score_detection
from tests.scoring.made_up import box_truth, detections


def generator():
    return np.random.default_rng(11)


@pytest.mark.parametrize("per_patient", [1.0, 3.6])
def test_labels_are_as_common_as_in_the_dataset_with_and_without_patients(per_patient):
    images = draw_images(generator(), 60_000, per_patient)

    found = images.positive.mean(axis=0)
    assert np.abs(found - SHARES).max() < 0.02
    assert found[SHARES < 0.01].sum() == pytest.approx(SHARES[SHARES < 0.01].sum(), rel=0.3)
    assert 60_000 / (images.group[-1] + 1) == pytest.approx(per_patient, rel=0.05)


def test_the_images_of_a_patient_are_alike():
    images = draw_images(generator(), 60_000, 3.6)

    same = images.group[1:] == images.group[:-1]
    both_ill = images.ill[1:] & images.ill[:-1]
    assert both_ill[same].mean() > 1.4 * both_ill[~same].mean()


def test_the_true_ap_is_what_a_large_test_set_comes_near_to():
    rng = generator()
    images = draw_images(rng, 300_000, 1.0)
    rows = detectors.draw_submission(rng, detectors.draw_findings(rng, images), detector_of(0.7))

    values = detectors.values_of(rows, np.ones((300_000, 1), dtype=np.uint8))[:, 0]

    common = SHARES[: len(LOCAL)] > 0.01
    assert values[common] == pytest.approx(detectors.true_values(0.7)[common], abs=0.02)


def test_the_true_auroc_is_what_a_large_test_set_comes_near_to():
    rng = generator()
    images = draw_images(rng, 100_000, 3.6)
    score = classifiers.draw_submission(rng, images, classifiers.draw_noise(rng, images), 0.7)

    for label in np.flatnonzero(SHARES > 0.01):
        value = roc_auc_score(images.positive[:, label], score[:, label])
        assert value == pytest.approx(classifiers.true_values(0.7)[label], abs=0.02)


def test_the_true_values_rise_with_the_skill_so_that_ranks_are_known():
    for track in (detectors, classifiers):
        values = [track.true_values(skill) for skill in (0.6, 0.61, 0.8)]
        assert (np.diff(values, axis=0) > 0).all()
    assert boards.true_ranks((0.5, 0.9, 0.5, 0.1)).tolist() == [2, 1, 2, 4]


def test_what_is_made_up_scores_as_boxes_do():
    rng = generator()
    images = draw_images(rng, 60, 1.0)
    findings = detectors.draw_findings(rng, images)
    rows = detectors.draw_submission(rng, findings, detector_of(0.9))
    names = [f"image{place:03d}" for place in range(60)]
    true_rows, found_rows = [], []
    for label, of_label in zip(LOCAL, rows, strict=True):
        free = {}
        for nth, image in enumerate(of_label.truth_image.tolist()):
            free.setdefault(image, []).append((100.0 * nth, 0.0, 100.0 * nth + 10, 10.0))
            true_rows.append((names[image], label, *free[image][-1]))
        for nth, (image, score) in enumerate(zip(of_label.image.tolist(), of_label.score.tolist(), strict=True)):
            box = free[image].pop() if of_label.found[0, nth] else (0.0, 500.0, 10.0, 510.0)
            found_rows.append((names[image], label, score, *box))
    truth = box_truth(true_rows, images=names, labels=LOCAL)

    card = score_detection(truth, detections(found_rows, truth), metric=parse_metric("voc2010@0.4"), resamples=0)

    values = detectors.values_of(rows, np.ones((60, 1), dtype=np.uint8))[:, 0]
    assert [np.nan if row.value is None else row.value for row in card.classes] == pytest.approx(values, nan_ok=True)


@pytest.mark.parametrize("per_patient", [1.0, 3.6])
def test_leaving_a_group_out_is_scoring_without_its_images(per_patient):
    rng = generator()
    images = draw_images(rng, 150, per_patient)
    rows = detectors.draw_submission(rng, detectors.draw_findings(rng, images), detector_of(0.7))
    score = classifiers.draw_submission(rng, images, classifiers.draw_noise(rng, images), 0.7).round(1)
    every = np.ones((150, 1), dtype=np.uint8)

    of_boxes = detectors.leave_one_out(rows, images.group, detectors.values_of(rows, every)[:, 0])
    of_probabilities = classifiers.leave_one_out(images, score)

    for group in range(images.group[-1] + 1):
        others = (images.group != group).astype(np.uint8)[:, None]
        assert of_boxes[:, group] == pytest.approx(detectors.values_of(rows, others)[:, 0], nan_ok=True)
        expected = classifiers.values_of(images.positive, score, others)[:, 0]
        assert of_probabilities[:, group] == pytest.approx(expected, nan_ok=True)


def test_as_many_groups_are_drawn_as_there_are_and_the_first_column_is_the_images():
    group = np.array([0, 0, 1, 2, 2, 2])

    counts = draw_counts(generator(), 3, 500)
    weights = image_weights(counts, group)

    assert (counts.sum(axis=0) == 3).all()
    assert np.abs(counts.mean(axis=1) - 1).max() < 0.2
    assert weights[:, 0].tolist() == [1] * 6
    assert (weights[:, 1:] == counts[group]).all()


def test_bca_is_scipys():
    sample = generator().exponential(size=40)
    drawn = stats.bootstrap((sample,), np.mean, n_resamples=999, method="BCa", rng=generator())
    without = np.array([np.delete(sample, place).mean() for place in range(40)])

    interval = bca_interval(float(sample.mean()), drawn.bootstrap_distribution, without)

    assert interval == pytest.approx(tuple(drawn.confidence_interval))


def test_the_bootstrap_intervals_follow_from_value_and_quantiles():
    replicates = np.linspace(0.2, 0.6, 401)
    width = 1.959963984540054 * replicates.std(ddof=1)

    intervals = dict(zip(TYPES, bootstrap_intervals(0.3, replicates, None), strict=True))

    assert intervals["percentile"] == pytest.approx((0.21, 0.59))
    assert intervals["basic"] == pytest.approx((0.01, 0.39))
    assert intervals["normal"] == pytest.approx((0.3 - width, 0.3 + width))
    assert intervals["normal less bias"] == pytest.approx((0.2 - width, 0.2 + width))
    assert intervals["basic less bias"] == pytest.approx((-0.09, 0.29))
    assert intervals["lower end less bias"] == pytest.approx((-0.09, 0.39))
    assert stats.logistic.ppf(intervals["on logits"]) == pytest.approx(
        [stats.logistic.ppf(0.3) + sign * width / (0.3 * 0.7) for sign in (-1, 1)]
    )
    assert np.isnan(intervals["BCa"]).all()
    assert np.isnan(bootstrap_intervals(0.3, replicates, None, difference=True)[-1]).all()


def test_the_score_interval_that_is_measured_is_the_one_that_is_shown():
    replicates = generator().beta(4, 6, 1000).astype(np.float32)

    measured = bootstrap_intervals(0.38, replicates.astype(float), None)[TYPES.index("lower end less bias")]

    assert np.clip(measured, 0, 1) == pytest.approx(score_interval(0.38, replicates))


def test_delong_on_logits_is_the_one_that_is_shown():
    truth = np.arange(80) < 30
    score = generator().normal(size=80) + truth
    auroc = float(roc_auc_score(truth, score))

    _, on_logits = delong_intervals(auroc, truth, score)

    assert on_logits == pytest.approx(delong_interval(auroc, truth, score))


def test_a_resample_that_lacks_a_frequent_label_is_left_out_and_a_rare_one_is_left_out_of_its_mean():
    missing = np.nan
    values = np.array([[0.5, 0.4, missing, 0.6], [0.1, 0.3, 0.2, missing], [missing] * 4])
    positives = np.array([12, 3, 0])

    every, score = mean_of(values, positives, 1)
    frequent, score_of_frequent = mean_of(values, positives, 3)

    assert (every.tolist(), frequent.tolist()) == ([True, True, False], [True, True, False])
    assert score == pytest.approx([0.3, 0.35, 0.6])
    assert score_of_frequent == pytest.approx([0.3, 0.35])


def test_coverage_counts_the_runs_whose_interval_holds_the_truth():
    cell = Cell()

    cell.add([(0.0, 1.0), (0.6, 1.0), (np.nan, np.nan)], np.array([0.7, 0.8, 1.0]), truth=0.5)
    cell.add([(0.0, 1.0), (0.5, 1.0), (np.nan, np.nan)], np.array([0.4, 0.5, 0.5]), truth=0.5)

    assert cell.coverage.tolist() == [100.0, 50.0, 0.0]
    assert cell.known.tolist() == [True, True, False]
    assert cell.error == pytest.approx([0.2, -0.1])
    assert cell.error_of_replicates == pytest.approx([0.2, 0.1])
    assert cell.too_high == [True, False]
    assert np.mean(cell.width, axis=0)[:2] == pytest.approx([1.0, 0.45])
    assert np.mean(cell.without, axis=0)[:2].tolist() == [0.0, 0.5]


def test_groups_widen_the_interval_where_the_images_of_a_patient_are_alike():
    setting = Setting("classification", 2000, per_patient=3.6, pairs=False)

    run = draw_run(setting, generator(), 200)

    common = run.positives > 200
    assert np.mean(run.values[0][common, 1:].std(axis=1) / run.by_image[common, 1:].std(axis=1)) > 1.1


def test_means_differences_and_labels_are_all_tallied():
    setting = Setting("detection", 400, per_patient=3.6)
    cells = empty_cells()

    add_run(cells, setting, draw_run(setting, generator(), 50))

    assert set(cells) == {"mean", "mean, images drawn", "equal", "unequal", "label", "label, images drawn"}
    assert cells["equal"]["10"].truth == [0.0]
    assert cells["unequal"]["10"].truth[0] > 0
    assert cells["mean"]["every one"].labels[0] > cells["mean"]["10"].labels[0]


def test_the_same_seed_prints_the_same_tables(monkeypatch, capsys):
    small = {"detection": (Setting("detection", 300),), "classification": (Setting("classification", 300, 3.6),)}
    monkeypatch.setattr(coverage, "PARTS", small)
    monkeypatch.setattr(coverage, "BOARD_IMAGES", 200)

    def printed(seed):
        monkeypatch.setattr(sys, "argv", ["coverage", "--runs", "2", "--resamples", "30", "--seed", seed])
        coverage.main()
        return capsys.readouterr().out

    tables = printed("1")

    assert tables == printed("1")
    assert tables != printed("2")
    assert "## detection, 300 images" in tables
    assert "| classification | equal | simultaneous |" in tables
