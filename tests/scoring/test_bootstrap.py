"""Resamples and intervals: re-weighting is compared with scoring every drawn image again from scratch."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from scoring import bootstrap, weights
from scoring.bootstrap import draw, numbered_groups
from scoring.estimates import interval_of_label, score_interval, standard_error
from scoring.metric import parse_metric
from scoring.scorecard import score_classification, score_detection
from scoring.scored import draw_for, scored_labels
from tests.scoring.made_up import box_truth, detections, drawn_again, label_truth, probabilities, random_boxes
from tests.scoring.reference_detection import coco_values, froc_sensitivities, voc_flags, voc_values

seeds = st.integers(0, 2**32 - 1)
RESAMPLES = 70
"""So many that the kernel takes them, of which a few are computed again."""


def some_groups(generator, images):
    return [f"patient{place}" for place in generator.integers(0, max(images // 2, 1), images)]


def without_ties_on_an_image(truth, found):
    """Only the first of the detections of an image and label that share a score."""
    keys = zip(found.image.tolist(), found.label.tolist(), found.score.tolist(), strict=True)
    first = {key: place for place, key in reversed(list(enumerate(keys)))}
    return detections(
        [
            (truth.image_ids[found.image[at]], truth.labels[found.label[at]], float(found.score[at]), *found.box[at])
            for at in first.values()
        ],
        truth,
    )


def draws_of(truth, groups, resamples, seed):
    """How often each image was drawn, (images, resamples), as scoring draws them."""
    positive = [truth.positive_images()]
    drawn = draw_for(scored_labels(truth.labels, None, positive), positive, groups, resamples=resamples, seed=seed)
    return drawn.counts[drawn.group]


def mean(values):
    return np.mean([value for value in values if value is not None and not np.isnan(value)])


def detection_score_from_scratch(metric, truth, found, labels_with_truth):
    if metric == "coco":
        return mean(coco_values(truth, found).mean(axis=1))
    if metric != "froc":
        protocol, threshold = metric.split("@")
        return mean(voc_values(truth, found, float(threshold), protocol))
    flags = np.array(voc_flags(truth, found, 0.4), dtype=bool)
    pooled = np.isin(found.label, labels_with_truth)
    return np.mean(
        froc_sensitivities(flags[pooled].tolist(), found.score[pooled].tolist(), len(truth.box), len(truth.image_ids))
    )


@settings(max_examples=40, deadline=None)
@given(
    seeds, st.sampled_from([None, 5]), st.sampled_from(["voc2010@0.4", "voc2007@0.5", "coco", "froc"]), st.booleans()
)
def test_a_detection_replicate_is_the_score_of_the_drawn_images(seed, scores, metric, grouped):
    generator = np.random.default_rng(seed)
    truth, found = random_boxes(generator, images=8, boxes=14, guesses=50, scores=scores)
    found = without_ties_on_an_image(truth, found)
    groups = some_groups(generator, 8) if grouped else None

    card = score_detection(truth, found, metric=parse_metric(metric), resamples=RESAMPLES, seed=seed, groups=groups)

    expected = [
        detection_score_from_scratch(metric, *drawn_again(truth, found, counts), np.unique(truth.label))
        for counts in draws_of(truth, groups, RESAMPLES, seed).T[:4]
    ]
    assert card.replicates.dtype == np.float32
    assert card.replicates[:4].tolist() == pytest.approx(expected, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from([None, 1, 3, 10]), st.booleans())
def test_an_auroc_replicate_is_the_score_of_the_drawn_images(seed, distinct, grouped):
    generator = np.random.default_rng(seed)
    truth = label_truth(generator.random((30, 3)) < [0.1, 0.4, 0.9])
    values = generator.random((30, 3)) if distinct is None else generator.integers(0, distinct, (30, 3)) / distinct
    groups = some_groups(generator, 30) if grouped else None

    card = score_classification(truth, probabilities(values, truth), resamples=RESAMPLES, seed=seed, groups=groups)

    marks = [truth.values, ~truth.values]
    drawn = draw_for(scored_labels(truth.labels, None, marks), marks, groups, resamples=RESAMPLES, seed=seed)
    expected = []
    for counts in drawn.counts[drawn.group].T[:5] if card.value is not None else []:
        chosen = np.repeat(np.arange(30), counts)
        columns = [(truth.values[chosen, label], values[chosen, label]) for label in range(3)]
        expected.append(mean(roc_auc_score(*column) for column in columns if 0 < column[0].mean() < 1))
    assert (card.replicates[:5].tolist() if card.value is not None else []) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("metric", ["voc2010@0.4", "voc2007@0.4", "coco", "froc"])
def test_replicates_have_the_same_bits_in_whatever_portions_they_are_computed(monkeypatch, metric):
    truth, found = random_boxes(np.random.default_rng(5), images=30, boxes=80, guesses=300)

    def replicates():
        return score_detection(truth, found, metric=parse_metric(metric), resamples=150).replicates.tobytes()

    whole = replicates()
    for columns, narrow, portion, at_once in itertools.product([1, 7], [0, 8], [2], [1, 100]):
        monkeypatch.setattr(bootstrap, "CELLS_AT_ONCE", 0)
        monkeypatch.setattr(bootstrap, "LEAST_COLUMNS", columns)
        monkeypatch.setattr(bootstrap, "CANDIDATES_AT_ONCE", at_once)
        monkeypatch.setattr(weights, "NARROW", narrow)
        monkeypatch.setattr(weights, "PORTION", portion)
        assert replicates() == whole


def test_the_draws_are_the_same_on_any_machine():
    marks = [np.ones((5, 1), dtype=np.bool_)]
    chosen = scored_labels(["x"], None, marks)

    drawn = draw_for(chosen, marks, None, resamples=4, seed=2026)

    assert drawn.counts.T.tolist() == [[1, 2, 1, 1, 0], [1, 1, 0, 2, 1], [0, 0, 1, 2, 2], [0, 3, 1, 0, 1]]


@pytest.mark.parametrize("images", [1, 3, 1000, 270_000])
def test_each_resample_is_the_next_stretch_of_one_stream_however_many_are_drawn_at_once(images):
    marks = [np.ones((images, 1), dtype=np.bool_)]

    drawn = draw_for(scored_labels(["x"], None, marks), marks, None, resamples=4, seed=2026)

    raw = np.random.PCG64(2026).random_raw(4 * images)
    expected = [[int((int(bits) >> 11) / 2**53 * images) for bits in stretch] for stretch in raw.reshape(4, images)]
    assert drawn.counts.T.tolist() == [
        np.bincount(images_drawn, minlength=images).tolist() for images_drawn in expected
    ]


@pytest.mark.parametrize(("rows", "widths"), [(1, [81]), (1 << 18, [64, 17]), (1 << 30, [64, 17])])
def test_blocks_are_the_images_themselves_and_then_each_resample_once(rows, widths):
    counts = np.arange(240, dtype=np.uint8).reshape(3, 80)
    group = np.array([0, 1, 1, 2])

    blocks = list(bootstrap.Resamples(counts, group).blocks(rows))

    assert [(columns.start, columns.stop) for columns, _ in blocks] == [
        (sum(widths[:nth]), sum(widths[: nth + 1])) for nth in range(len(widths))
    ]
    together = np.concatenate([weights for _, weights in blocks], axis=1)
    assert together.tolist() == np.column_stack([np.ones(4, np.uint8), counts[group]]).tolist()


def test_the_seed_decides_what_is_drawn():
    truth, found = random_boxes(np.random.default_rng(1))
    metric = parse_metric("voc2010")

    def replicates(seed):
        return score_detection(truth, found, metric=metric, resamples=20, seed=seed).replicates.tolist()

    assert replicates(1) == replicates(1)
    assert replicates(1) != replicates(2)


def test_a_group_is_drawn_as_a_whole_and_as_many_groups_as_there_are():
    group = numbered_groups(["p", "q", "p", "r", "q"], 5)
    marks = [np.ones((5, 1), dtype=np.bool_)]

    drawn = draw_for(scored_labels(["x"], None, marks), marks, ["p", "q", "p", "r", "q"], resamples=200, seed=0)

    assert group.tolist() == [0, 1, 0, 2, 1]
    assert drawn.counts.shape == (3, 200)
    assert (drawn.counts.sum(axis=0) == 3).all()
    assert abs(drawn.counts.mean(axis=1) - 1).max() < 0.2


def test_groups_of_one_image_each_are_drawn_like_images():
    truth, found = random_boxes(np.random.default_rng(2))
    names = [f"patient of {name}" for name in truth.image_ids]
    metric = parse_metric("coco")

    alone = score_detection(truth, found, metric=metric, resamples=20, groups=names)

    assert alone.replicates.tolist() == score_detection(truth, found, metric=metric, resamples=20).replicates.tolist()


def test_a_wrong_number_of_groups_is_refused():
    with pytest.raises(ValueError, match="3 images but 2 groups"):
        numbered_groups(["p", "q"], 3)


def with_positives(*counts, images=40):
    """A truth in which label k has a box on `counts[k]` images, and a file that finds them all."""
    rows = [
        (f"image{place:03d}", f"label{label}", 0.0, 0.0, 10.0, 10.0)
        for label, count in enumerate(counts)
        for place in range(count)
    ]
    truth = box_truth(
        rows, images=[f"image{place:03d}" for place in range(images)], labels=[f"label{k}" for k in range(len(counts))]
    )
    return truth, detections([(*row[:2], 0.9, *row[2:]) for row in rows], truth)


def marked_draws(truth, scored, resamples=300):
    positive = truth.positive_images()
    drawn = draw_for(scored_labels(truth.labels, scored, [positive]), [positive], None, resamples=resamples, seed=3)
    return (drawn.counts.T.astype(int) @ positive) > 0


def test_offline_only_labels_with_ten_positive_images_are_drawn_again_for():
    truth, _ = with_positives(10, 1)

    present = marked_draws(truth, None)

    assert present[:, 0].all()
    assert not present[:, 1].all()


def test_for_the_server_every_scored_label_is_in_every_resample():
    truth, _ = with_positives(1, 3, 2)

    present = marked_draws(truth, ["label1", "label2"])

    assert present[:, 1:].all()
    assert not present[:, 0].all()


def test_offline_a_resample_has_one_label_at_least():
    truth, _ = with_positives(1, 1)

    assert marked_draws(truth, None).any(axis=1).all()


def test_an_auroc_needs_a_negative_in_every_resample_too():
    truth = label_truth(np.arange(30)[:, None] != 4)
    found = probabilities(np.linspace(0, 1, 30)[:, None], truth)

    card = score_classification(truth, found, resamples=300)

    assert np.isfinite(card.replicates).all()
    assert not card.approximate


@pytest.mark.parametrize("portion", [1, 16])
def test_exactly_the_resamples_that_lack_a_label_are_drawn_again(monkeypatch, portion):
    monkeypatch.setattr(bootstrap, "LEAST_PORTION", portion)
    mark = np.zeros((30, 2), dtype=np.bool_)
    mark[:2, 0] = True
    mark[[3, 7, 12, 20, 29], 1] = True
    every = np.ones(2, dtype=np.bool_)

    drawn = draw(np.arange(30), resamples=200, seed=0, marks=[mark], required=every, counting=every).counts

    anything = [np.ones((30, 2), dtype=np.bool_)]
    candidates = draw(np.arange(30), resamples=400, seed=0, marks=anything, required=every, counting=every).counts
    has_both = (candidates[mark[:, 0]] > 0).any(axis=0) & (candidates[mark[:, 1]] > 0).any(axis=0)
    assert 0 < (~has_both).sum() < 100
    assert drawn.tolist() == candidates[:, has_both][:, :200].tolist()


def test_after_a_hundred_redraws_the_resample_is_taken_as_it_is():
    # Twelve labels, each on a group of its own: all are drawn in 1 of 18,614 resamples.
    marks = [np.eye(12, dtype=np.bool_)]
    every = np.ones(12, dtype=np.bool_)

    def drawn(required):
        return draw(np.arange(12), resamples=5, seed=0, marks=marks, required=required, counting=every).counts

    candidates = draw(np.arange(12), resamples=505, seed=0, marks=marks, required=~every, counting=every).counts
    assert drawn(every).tolist() == candidates[:, 100::101].tolist()


def test_a_mean_over_rare_labels_has_an_approximate_interval_offline():
    truth, found = with_positives(12, 4)
    metric = parse_metric("voc2010")

    offline = score_detection(truth, found, metric=metric, resamples=100)
    frequent = score_detection(*with_positives(12, 10), metric=metric, resamples=100)
    served = score_detection(truth, found, metric=metric, resamples=100, scored=["label0", "label1"])
    pointed = score_detection(truth, found, metric=metric, resamples=0)

    assert (offline.approximate, frequent.approximate) == (True, False)
    assert (served.approximate, pointed.approximate) == (False, False)


def test_a_mean_has_an_interval_however_rare_its_labels_and_a_label_needs_ten_positive_images():
    truth, found = with_positives(1, 9, 10)

    card = score_detection(truth, found, metric=parse_metric("voc2010"), resamples=100)

    assert card.interval is not None
    assert [score.interval is not None for score in card.classes] == [False, False, True]


def test_two_boxes_on_an_image_are_one_positive_image():
    rows = [(f"image{place % 9}", "x", 0.0, 0.0, 10.0, 10.0 + place) for place in range(18)]
    truth = box_truth(rows)

    card = score_detection(truth, detections([], truth), metric=parse_metric("voc2010"), resamples=10)

    assert (card.classes[0].positives, card.classes[0].positive_images) == (18, 9)
    assert card.classes[0].interval is None


def test_the_score_of_the_server_runs_over_the_scored_labels_alone():
    truth, found = with_positives(12, 12, 12)
    found = found.relabelled(["label0"]).relabelled(truth.labels)

    card = score_detection(truth, found, metric=parse_metric("voc2010"), resamples=10, scored=["label0", "label2"])

    assert (card.value, card.scored_classes) == (0.5, 2)
    assert [score.in_score for score in card.classes] == [True, False, True]
    assert [score.value for score in card.classes] == [1.0, 0.0, 0.0]


def test_a_label_to_be_scored_that_there_is_not_is_refused():
    truth, found = with_positives(1)

    with pytest.raises(ValueError, match="'nodule' is to be scored"):
        score_detection(truth, found, metric=parse_metric("coco"), scored=["nodule"])


@pytest.mark.parametrize("options", [{"resamples": -1}, {"seed": -1}])
def test_negative_numbers_of_resamples_and_seeds_are_refused(options):
    with pytest.raises(ValueError, match="can't be negative"):
        score_detection(*with_positives(1), metric=parse_metric("coco"), **options)


@pytest.mark.parametrize("metric", ["voc2010", "voc2007", "coco", "froc"])
def test_without_resamples_there_is_a_value_and_no_interval(metric):
    truth, found = random_boxes(np.random.default_rng(3), images=30, boxes=80)

    none = score_detection(truth, found, metric=parse_metric(metric), resamples=0)
    some = score_detection(truth, found, metric=parse_metric(metric), resamples=9)

    assert (none.value, none.interval, len(none.replicates)) == (some.value, None, 0)
    assert [score.interval for score in none.classes] == [None, None, None]


@pytest.mark.parametrize("metric", ["voc2010", "coco", "froc"])
def test_a_scores_interval_comes_from_its_replicates(metric):
    truth, found = random_boxes(np.random.default_rng(4), images=30, boxes=80)

    card = score_detection(truth, found, metric=parse_metric(metric), resamples=99)

    assert card.interval == score_interval(card.value, card.replicates)


def test_a_labels_interval_is_its_value_and_two_standard_errors_to_either_side():
    truth, found = random_boxes(np.random.default_rng(4), images=60, boxes=90, guesses=200)
    metric = parse_metric("voc2010")

    card = score_detection(truth, found, metric=metric, resamples=99)

    alone = score_detection(truth, found, metric=metric, resamples=99, scored=["label0"])
    width = 1.959963984540054 * alone.replicates.astype(float).std(ddof=1)
    value = card.classes[0].value
    assert alone.value == value
    assert card.classes[0].interval == pytest.approx((value - width, value + width))


def test_a_labels_interval_stays_within_0_and_1_and_needs_a_value():
    replicates = [0.5, 0.6, np.nan, 0.4]
    width = 1.959963984540054 * 0.1

    assert interval_of_label(np.array([0.01, *replicates])) == (0.0, pytest.approx(0.01 + width))
    assert interval_of_label(np.array([0.99, *replicates])) == (pytest.approx(0.99 - width), 1.0)
    assert interval_of_label(np.array([np.nan, *replicates])) is None


@pytest.mark.parametrize("replicates", [[], [0.4], [0.4, np.nan]])
def test_a_standard_error_needs_two_replicates(replicates):
    assert standard_error(np.array([0.5, *replicates])) is None
    assert interval_of_label(np.array([0.5, *replicates])) is None
