"""A submission beside the best of its team's others, while the ground truth is replaced."""

from competition.models import Evaluation, Submission
from competition.operations.compare_submissions import compare_with_best
from competition.operations.replace_truth import replace_truth
from competition.operations.show_result import with_results
from competition.operations.sweep import sweep
from tests.factory import annotations_csv, hand_in, make_user, probabilities_csv
from tests.operations.test_picks import BACKWARDS


def test_both_are_taken_against_one_version_of_the_ground_truth(competition, member, score_all):
    good, bad, middle = (
        hand_in(member, probabilities_csv(noise=noise, seed=3), track="classification").submission
        for noise in (0.1, 0.9, 0.5)
    )
    score_all()
    found = with_results(Submission.objects.filter(pk=middle.pk)).get()
    before = compare_with_best(found)
    replace_truth(
        competition=competition,
        files={"classification": BACKWARDS.encode(), "detection": annotations_csv().encode()},
        confirm=competition.slug,
        reason="errata",
        organizer=make_user("otto"),
    )
    score_all()
    sweep()

    meanwhile = compare_with_best(found)
    anew = compare_with_best(with_results(Submission.objects.filter(pk=middle.pk)).get())

    assert Evaluation.objects.filter(submission=good).count() == 2
    assert before.other.submission == good
    assert (meanwhile.one.score, meanwhile.other.score) == (before.one.score, before.other.score)
    assert (meanwhile.other.submission, meanwhile.difference) == (good, before.difference)
    assert anew.other.submission == bad
    assert anew.difference != before.difference
