"""Files of two teams that are nearly one, and files that probe, become hints for organizers and nothing else."""

import os
import time
from pathlib import Path

import numpy as np
import pytest
from django.db import connection

from competition.models import Evaluation, Hint, Letter, Signature, Submission
from competition.operations.dismiss_hint import dismiss_hint
from competition.operations.folder import read_folder
from competition.operations.found import found
from competition.operations.look_over import SAME_RANKS, SAME_ROWS, WORTH_A_LOOK, look_over
from competition.operations.ring_for_looks import ring_for_looks
from competition.sandbox.likeness import (
    correlations,
    equal_rows,
    likeness_of,
    mean_ranks,
    sample_of,
    standardized,
)
from scoring import Manifest, Probabilities, read_probabilities
from tests.factory import GLOBAL, IMAGES, LOCAL, hand_in, make_member, make_user, probabilities_csv, write_folder

NIH = Path(__file__).parents[3] / "shared" / "data" / "nih-chestxray14"
SUBMISSIONS = int(os.environ.get("LOOK_OVER_AT", "2000"))


def predicted(values):
    return Probabilities(
        tuple(map(str, range(len(values)))), tuple(map(str, range(values.shape[1]))), values, len(values)
    )


def compared(one, other, columns):
    """Correlation of ranks, that of the sketches, share of equal rows."""
    ranks = [standardized(likeness.ranks.reshape(-1, columns).astype(float)) for likeness in (one, other)]
    sketches = [likeness.sketch.astype(np.float32) for likeness in (one, other)]
    return (
        float(ranks[0] @ ranks[1]),
        float(correlations(sketches[0], sketches[1][None])[0]),
        float(equal_rows(one.rows, other.rows[None])[0]),
    )


def test_ranks_of_equal_values_are_their_mean():
    assert mean_ranks(np.array([0.5, 0.1, 0.5, 0.9])).tolist() == [2.5, 1, 2.5, 4]


def test_of_a_thousand_honest_pairs_at_most_one_in_a_hundred_is_taken_for_a_copy(record_property):
    """Models that agree as much as retrained ones do: the same images are hard for all of them."""
    rng = np.random.default_rng(11)
    images, labels, teams = 3000, 14, 46
    common = rng.normal(-3, 1.5, (images, labels))
    sample = sample_of(5, images, labels)
    models = []
    for _ in range(teams):
        own = common + rng.normal(0, rng.uniform(0.15, 0.9), common.shape)
        models.append(likeness_of(predicted(1 / (1 + np.exp(-own))), sample))

    pairs = [compared(models[a], models[b], labels) for a in range(teams) for b in range(a)]

    alarms = sum(ranks > SAME_RANKS or rows > SAME_ROWS for ranks, _, rows in pairs)
    record_property("honest pairs, alarms, greatest correlation", str((len(pairs), alarms, max(pairs)[0])))
    assert len(pairs) >= 1000
    assert alarms <= len(pairs) / 100
    assert max(pairs)[0] > 0.98


def test_a_real_models_file_is_known_again_under_small_noise_another_scale_and_changed_rows():
    if not NIH.is_dir():
        pytest.skip("the NIH predictions are not on this machine")
    content = (NIH / "predictions_densenet121.csv").read_bytes()
    lines = content.decode().splitlines()
    labels = lines[0].split(",")[1:]
    images = Manifest(tuple(sorted(line.partition(",")[0] for line in lines[1:])))
    values = read_probabilities(content, manifest=images, labels=labels).values
    rng = np.random.default_rng(3)
    sample = sample_of(1, *values.shape)
    original = likeness_of(predicted(values), sample)
    some_rows = (rng.random(len(values)) < 0.01)[:, None]

    noisy, squared, changed, other = (
        compared(original, likeness_of(predicted(copy), sample), len(labels))
        for copy in (
            values * (1 + rng.normal(0, 0.02, values.shape)),
            values**2,
            np.where(some_rows, rng.random(values.shape), values),
            values * np.exp(rng.normal(0, 0.4, values.shape)),
        )
    )

    assert min(noisy[0], squared[0]) > SAME_RANKS
    assert min(noisy[1], squared[1]) > WORTH_A_LOOK
    assert changed[2] > SAME_ROWS
    assert other[0] < SAME_RANKS
    assert other[2] < 0.1


def scored(member, content, track="classification"):
    submission = hand_in(member, content, track=track).submission
    return submission, Evaluation.objects.get(submission=submission).pk


def with_noise(content, sigma, seed=0):
    """A file of probabilities with each cell changed a little."""
    rng = np.random.default_rng(seed)
    header, *rows = content.decode().splitlines()
    changed = []
    for row in rows:
        image, *cells = row.split(",")
        changed.append(",".join([image, *(f"{min(1, max(0, float(c) + rng.normal(0, sigma))):.8f}" for c in cells)]))
    return "\n".join([header, *changed]).encode() + b"\n"


def test_a_copy_with_noise_is_noticed_once_for_the_pair_and_counted_after_that(competition, member):
    bob = make_member(competition, "bob")
    model = probabilities_csv(noise=0.2, seed=1)
    first, second, honest = (
        scored(who, content)
        for who, content in (
            (member, model),
            (bob, with_noise(model, 1e-7)),
            (make_member(competition, "eve"), probabilities_csv(noise=0.2, seed=2)),
        )
    )
    hints = [look_over(evaluation) for _, evaluation in (first, second, honest)]
    again, pk = scored(member, with_noise(model, 1e-7, seed=5))
    look_over(pk)
    look_over(pk)

    hint = Hint.objects.exclude(kind__in=["equal_rows_own", "few_values"]).get()
    assert [len(one) for one in hints] == [0, 1, 0]
    assert (hint.kind, hint.times) == ("near_duplicate", 2)
    assert {hint.team.name, hint.other_team.name} == {"Team ada", "Team bob"}
    assert hint.submission == again
    assert hint.figure > SAME_RANKS
    assert Signature.objects.count() == 4


def test_rows_that_equal_another_teams_or_the_own_earlier_file_are_noticed(competition, member):
    model = probabilities_csv(noise=0.2, seed=1)
    header, *rows = model.decode().splitlines()
    turned = "\n".join([header, *rows[::-1]]).encode()
    for who in (member, make_member(competition, "bob"), member):
        look_over(scored(who, turned if who is member else model)[1])

    kinds = {hint.kind: (hint.figure, hint.times) for hint in Hint.objects.all()}

    assert kinds == {
        "near_duplicate": (pytest.approx(1.0), 2),
        "equal_rows": (1.0, 2),
        "equal_rows_own": (1.0, 1),
    }


def boxes_csv(jitter, seed):
    """Two boxes on each image, moved by so many pixels."""
    rng = np.random.default_rng(7)
    noise = np.random.default_rng(seed)
    lines = ["image_id,class_name,score,x_min,y_min,x_max,y_max"]
    for image in IMAGES:
        for label in LOCAL:
            x, y = rng.uniform(50, 900, 2) + noise.normal(0, jitter, 2)
            score = min(1, max(0, rng.uniform(0.1, 0.9) + noise.normal(0, jitter / 1e5)))
            lines.append(f"{image},{label},{score:.6f},{x:.2f},{y:.2f},{x + 300:.2f},{y + 250:.2f}")
    return ("\n".join(lines) + "\n").encode()


def test_boxes_that_are_moved_a_little_are_noticed_and_boxes_of_ones_own_are_not(competition, member):
    for name, content in (("bob", boxes_csv(1, 2)), ("eve", boxes_csv(60, 3))):
        look_over(scored(make_member(competition, name), content, track="detection")[1])

    hints = look_over(scored(member, boxes_csv(0, 1), track="detection")[1])

    assert [(hint.kind, hint.other_team.name) for hint in hints] == [("near_duplicate", "Team bob")]
    assert hints[0].details["boxes"] >= 0.9


def test_files_that_probe_are_noticed(competition, member):
    rows = ["image_id," + ",".join(GLOBAL), *(f"{image},{place % 2},0.5" for place, image in enumerate(IMAGES))]
    box = "\n".join(
        ["image_id,class_name,score,x_min,y_min,x_max,y_max", f"{IMAGES[0]},{LOCAL[0]},0.9,1,1,9,9"]
        + [f"{image},No finding,,,,," for image in IMAGES[1:]]
    )
    few = look_over(scored(member, "\n".join(rows).encode())[1])
    one = look_over(scored(member, box.encode(), track="detection")[1])

    assert [(hint.kind, hint.figure, hint.details) for hint in few] == [("few_values", 2.0, {"columns": [*GLOBAL]})]
    assert [(hint.kind, hint.details) for hint in one] == [("one_image", {"image": IMAGES[0]})]


def test_a_file_that_takes_too_much_costs_its_look_and_not_the_process_and_is_not_looked_at_again(
    competition, member, settings
):
    roomy = settings.ENVIRONMENT
    _, first = scored(member, probabilities_csv())
    _, second = scored(member, probabilities_csv())
    settings.ENVIRONMENT = roomy.model_copy(update={"job_memory_mib": 4})
    poisonous = look_over(first)
    settings.ENVIRONMENT = roomy
    again, next_one = look_over(first), look_over(second)

    assert (poisonous, again) == ([], [])
    assert {hint.kind for hint in next_one} >= {"few_values", "perfect_labels"}
    assert [bool(one.sketch) for one in Signature.objects.order_by("submission__received_at")] == [False, True]


def test_a_hint_is_laid_aside_with_a_reason_and_nobody_else_is_told_anything(competition, member):
    model = probabilities_csv(noise=0.2, seed=1)
    for who in (make_member(competition, "bob"), member):
        look_over(scored(who, model)[1])
    hint = Hint.objects.get(kind="near_duplicate")

    dismiss_hint(hint, organizer=make_user("olga"), reason="One laboratory, two teams.")

    assert "near_duplicate" not in Hint.objects.waiting().values_list("kind", flat=True)
    assert Letter.objects.count() == 0
    assert not Submission.objects.exclude(disqualified_at=None).exists()


def test_what_was_scored_and_not_looked_over_is_rung_for(competition, member, score_all, monkeypatch):
    rung = []
    monkeypatch.setattr("competition.queue.ring_to_look_over", rung.append)
    pks = [scored(member, probabilities_csv(noise=0.2, seed=seed))[1] for seed in (1, 2)]
    ring_for_looks()
    before = list(rung)
    score_all()
    look_over(pks[0])

    ring_for_looks()

    assert (before, rung) == ([], [pks[1]])


def test_looks_are_rung_for_two_at_a_time_and_make_way_for_a_submission_that_waits(member, score_all, monkeypatch):
    rung = []
    monkeypatch.setattr("competition.queue.ring_to_look_over", rung.append)
    pks = [scored(member, probabilities_csv(noise=0.2, seed=seed))[1] for seed in (1, 2, 3)]
    score_all()
    ring_for_looks()
    scored(member, probabilities_csv(noise=0.2, seed=4))

    ring_for_looks()

    assert rung == pks[:2]


@pytest.fixture
def wide(db, tmp_path, settings):
    """A competition with 3,000 images and 14 labels."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    labels = [f"L{place}" for place in range(14)]
    truth = [
        ",".join([f"{image:032x}", *(str((image + place) % 9 // 8) for place in range(14))]) for image in range(3000)
    ]
    folder = write_folder(
        tmp_path / "wide",
        manifest=None,
        tracks={"classification": {"labels": labels, "truth": "image_labels.csv", "metric": "auroc"}},
    )
    (folder / "image_labels.csv").write_text("\n".join([",".join(["image_id", *labels]), *truth]))
    return found(read_folder(folder))


def wide_csv(seed):
    values = np.random.default_rng(seed).random((3000, 14))
    rows = [",".join([f"{image:032x}", *map("{:.8f}".format, row)]) for image, row in enumerate(values)]
    return "\n".join([",".join(["image_id", *(f"L{place}" for place in range(14))]), *rows]).encode()


def test_one_more_submission_is_compared_with_all_others_in_a_moment(wide, record_property):
    ada, bob = make_member(wide), make_member(wide, "bob")
    first, pk = scored(ada, wide_csv(1))
    look_over(pk)
    fill(first, SUBMISSIONS)
    _, pk = scored(bob, with_noise(wide_csv(1), 1e-6))

    start, cpu = time.perf_counter(), time.process_time()
    hints = look_over(pk)
    spent = [round(1000 * seconds) for seconds in (time.perf_counter() - start, time.process_time() - cpu)]

    record_property(f"milliseconds, and of processor time, to look over one more of {SUBMISSIONS}", str(spent))
    assert [hint.kind for hint in hints] == ["near_duplicate"]


def fill(first, count):
    """So many other submissions of the same team, with likenesses of their own."""
    copied = [field.column for field in Submission._meta.fields if field.column not in ("id", "file")]
    columns = ", ".join(copied)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO competition_submission (id, file, {columns}) SELECT gen_random_uuid(), 'f' || n, {columns} "
            "FROM competition_submission, generate_series(1, %s) n WHERE id = %s",
            [count, first.pk],
        )
    rng = np.random.default_rng(0)
    model = Signature.objects.get(submission=first)
    Signature.objects.bulk_create(
        (
            Signature(
                submission_id=pk,
                phase_id=model.phase_id,
                track_id=model.track_id,
                basis=model.basis,
                sketch=rng.standard_normal(128).astype(np.float16).tobytes(),
                rows=rng.integers(1, 65535, 256).astype(np.uint16).tobytes(),
                ranks=b"",
            )
            for pk in Submission.objects.filter(file__startswith="f", signature=None).values_list("pk", flat=True)
            if pk != first.pk
        ),
        batch_size=2000,
    )
