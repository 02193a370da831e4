"""A submission's report: what the phase shows of it, and nothing where it shows nothing."""

import csv
import io
import re

import numpy as np
import pytest

from competition.models import Score
from competition.operations.withdraw import withdraw
from scoring import compare
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_user, probabilities_csv
from tests.tampering import as_owner
from tests.web.conftest import page_client
from tests.web.reading import Page

HELD = {"key": "main", "title": "Main", "opens_at": "2020-01-01", "closes_at": "2100-01-01", "daily_limit": 9}
SPLIT = {"public": 0.5, "seed": 5}


def noisy(member, seed, **words):
    content = probabilities_csv(noise=0.4, seed=seed)
    return hand_in(member, content, track="classification", **words).submission


def mixed(seed):
    """The true boxes with scores by chance, a third of them too low to count, so that every curve has a shape."""
    rng = np.random.default_rng(seed)
    rows = [row.split(",") for row in detections_csv().decode().splitlines()]
    for row in rows[1:]:
        if row[3]:
            row[2], row[3:] = f"{rng.random():.3f}", row[3:] if rng.random() < 0.7 else ["1", "1", "9", "9"]
    return "\n".join([*(",".join(row) for row in rows), ""]).encode()


def text_of(answer):
    return answer.content.decode()


def parts_of(submission):
    """Every page that tells of a report."""
    return [f"/submissions/{submission.pk}/{part}" for part in ("", "state/", "labels/1/", "curves/")]


def test_the_report_has_a_shade_a_chart_and_the_numbers_of_each_label(browser, member, score_all):
    boxes, marks = hand_in(member, mixed(1)).submission, noisy(member, 1)
    score_all()
    report = Score.objects.get(evaluation__submission=boxes).report

    page, label, points = (browser.get(parts_of(boxes)[place]) for place in (0, 2, 3))
    of_marks = text_of(browser.get(parts_of(marks)[0]))

    first = page.context["report"].labels[0]
    assert first.cells[0].shade == f"heat-{int(first.row.value * 10)}"
    assert [chart.name for chart in first.charts] == ["Precision and recall", "FROC"]
    assert text_of(page).count('<svg class="chart"') == 4
    assert [name in of_marks for name in ("ROC", "AUROC", "FROC")] == [True, True, False]
    curves = report["curves"]["Cardiomegaly"]
    rows = list(csv.reader(io.StringIO(text_of(points))))
    assert [list(map(float, row[2:])) for row in rows if row[:2] == ["Cardiomegaly", "froc"]] == curves["froc"]
    assert [chart.rows for chart in label.context["label"].charts] == [
        [(f"{x:.4f}", f"{y:.4f}") for x, y in curves[kind]] for kind in ("pr", "froc")
    ]
    assert sum(bar.count for bar in label.context["label"].histogram.bars) == 12
    assert not re.search(r"nan|inf\b", text_of(label).split("<h2>")[1])
    assert [Page(text_of(answer)).faults for answer in (page, label)] == [[], []]
    browser.cookies["language"] = "vi"
    in_vietnamese = [text_of(browser.get(parts_of(boxes)[place])) for place in (0, 2)]
    assert not any(re.search(r' (x|y|x1|x2|y1|y2|cx|width|d)="[^"]*\d,\d', told) for told in in_vietnamese)
    assert browser.get(f"/submissions/{boxes.pk}/labels/3/").status_code == 404
    assert browser.get(f"/submissions/{boxes.pk}/labels/0/").status_code == 404


@pytest.mark.parametrize("phase", [{"detail": "composite"}, {"detail": "classes", "shows": "nothing"}])
def test_a_phase_that_holds_or_hides_scores_shows_nothing_of_the_report(tmp_path, db, score_all, phase):
    member = make_member(make_competition(tmp_path, phases=[HELD | phase], split=SPLIT))
    submissions = [noisy(member, seed) for seed in (1, 2)]
    score_all()
    waiting = noisy(member, 3)
    browser = page_client(member.user)

    for submission in submissions:
        pages = [browser.get(address) for address in parts_of(submission)]
        told = "".join(text_of(page) for page in pages[:2])

        assert [page.status_code for page in pages] == [200, 200, 404, 404]
        assert not re.search(r"<svg|heat-|Against your best|Compare with|Positives|95 % interval of the diff", told)
    one, other = (submission.pk for submission in submissions)
    refused = [browser.get(f"/submissions/{one}/compare/{pk}/") for pk in (other, waiting.pk)]
    offered = browser.get(f"/submissions/{one}/compare/")
    assert [answer.status_code for answer in refused] == [403, 403]
    assert not any(re.search(r"forest|change|<select name=.other", text_of(answer)) for answer in refused)
    assert str(other) not in text_of(offered)
    assert ("about " in text_of(browser.get(parts_of(waiting)[1]))) == (phase["detail"] == "classes")


def test_of_the_private_part_nothing_is_drawn_before_it_is_published(tmp_path, db, score_all):
    competition = make_competition(tmp_path, phases=[HELD | {"detail": "classes"}], split=SPLIT)
    member = make_member(competition)
    submission = noisy(member, 1)
    noisy(member, 2)
    score_all()
    browser = page_client(member.user)
    reports = dict(Score.objects.filter(evaluation__submission=submission).values_list("part", "report"))

    def points():
        rows = csv.reader(io.StringIO(text_of(browser.get(parts_of(submission)[3]))))
        return [list(map(float, row[2:])) for row in rows if row[:2] == ["Pneumonia", "roc"]]

    before = points()
    competition.phases.update(shows="private", revealed_at="2030-01-01T00:00Z")

    assert before == reports["public"]["curves"]["Pneumonia"]["roc"]
    assert points() == reports["private"]["curves"]["Pneumonia"]["roc"] != before
    assert reports["public"]["distribution"] == reports["private"]["distribution"]


def test_a_report_is_its_teams_and_the_organizers_alone(competition, member, organizer, score_all):
    submission, other = noisy(member, 1), noisy(make_member(competition, "bob"), 2)
    score_all()
    addresses = [*parts_of(submission), f"/submissions/{submission.pk}/compare/"]

    for stranger in (make_user("eve"), other.author):
        assert [page_client(stranger).get(address).status_code for address in addresses] == [404] * 5
    assert [page_client(organizer).get(address).status_code for address in addresses] == [200] * 5
    assert page_client(member.user).get(f"/submissions/{submission.pk}/compare/{other.pk}/").status_code == 404


def test_a_submission_stands_beside_the_best_of_the_teams_others_on_the_board(
    browser, member, score_all, django_assert_max_num_queries
):
    submissions = [noisy(member, seed, note="<b>bold</b>") for seed in (1, 2, 3)]
    score_all()
    scores = {score.value: score for score in Score.objects.select_related("evaluation__submission")}
    best, second, worst = (scores[value] for value in sorted(scores, reverse=True))
    expected = compare(
        *[told for score in (worst, best) for told in (score.value, np.frombuffer(bytes(score.replicates), "<f4"))]
    )

    def beside(score):
        with django_assert_max_num_queries(40):
            return browser.get(parts_of(score.evaluation.submission)[0]).context["best"]

    assert beside(worst).difference == expected
    assert beside(worst).other.submission == beside(second).other.submission == best.evaluation.submission
    assert beside(best).other.submission == second.evaluation.submission
    withdraw(best.evaluation.submission)
    assert beside(worst).other.submission == second.evaluation.submission
    page = browser.get(f"/submissions/{submissions[0].pk}/compare/", {"other": submissions[1].pk}, follow=True)
    assert page.redirect_chain == [(f"/submissions/{submissions[0].pk}/compare/{submissions[1].pk}/", 302)]
    assert text_of(page).count('class="plot"') == 3
    assert "&lt;b&gt;bold&lt;/b&gt;" in text_of(page)
    assert "<b>bold" not in text_of(page)
    assert Page(text_of(page)).faults == []


def test_what_was_scored_before_curves_were_kept_says_so(browser, member, score_all):
    submission = hand_in(member, mixed(1)).submission
    score_all()
    as_owner("competition_score", "report = report - 'curves' - 'distribution'")

    page, label = (browser.get(parts_of(submission)[place]) for place in (0, 2))

    assert all("curves of this submission were not kept" in text_of(answer) for answer in (page, label))
    assert "<strong>" in text_of(page)


def test_what_waits_is_told_its_place_and_about_how_long(browser, member, score_all):
    noisy(member, 1)
    first = browser.get("/competitions/chest/submissions/")
    score_all()
    waiting = noisy(member, 2)

    part = text_of(browser.get(parts_of(waiting)[1]))

    assert first.status_code == 200
    assert re.search(r"Place 1 in the queue, about \d+ seconds", part)


def test_a_late_and_a_withdrawn_submission_explain_themselves(browser, competition, member, score_all):
    withdrawn = noisy(member, 1)
    withdraw(withdrawn)
    competition.phases.update(
        opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z", late_daily_limit=5, late_total_limit=5
    )
    late = noisy(member, 2, phase="main")
    score_all()

    assert "it is off the board, is kept in the books" in text_of(browser.get(parts_of(withdrawn)[0]))
    assert "received after the close of the phase" in text_of(browser.get(parts_of(late)[0]))
