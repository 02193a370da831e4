"""The pages of a competition: what labels mean, how common they are, how scores are made, dates, terms, citation."""

import re
import shlex
from datetime import timedelta

import pytest
from typer.main import get_command

from competition.clock import database_now
from competition.environment import REPOSITORY
from competition.models import Competition, Phase, Terms
from competition.web.prose import clean_html
from competition.web.worked import worked
from tests.factory import description, detections_csv, hand_in, make_competition, make_user
from tests.web.conftest import page_client
from tests.web.reading import Page
from vindr_bench.command_line import app
from vindr_bench.commands.options import with_wait_spelled_out

DEFINED = {
    "source": "A paper <1>",
    "images": 9000,
    "labels": [
        {"label": "Pneumonia", "meaning": "Inflamed <b>lung</b>", "positives": 450},
        {"label": "Cardiomegaly", "meaning": "A large heart", "positives": None},
    ],
}
PAGES = ("", "data/", "labels/", "terms/", "rules/", "scores/", "cite/")


def answer_of(path, user=None):
    answer = page_client(user).get(f"/competitions/chest/{path}")
    assert answer.status_code == 200, path
    return answer


def text_of(path, user=None):
    return answer_of(path, user).content.decode()


def test_labels_mean_what_the_organizers_say_and_only_public_training_data_are_counted(competition):
    bare = text_of("labels/") + text_of("data/")
    Competition.objects.update(definitions=DEFINED)
    labels, data = text_of("labels/"), answer_of("data/")

    assert "have not told what the labels mean" in bare
    assert "How common the labels are" not in bare
    assert "Inflamed &lt;b&gt;lung&lt;/b&gt;" in labels
    assert "450 of 9,000 training images, 5.00 %" in labels
    assert "A paper &lt;1&gt;" in labels
    drawn = [(one.label, one.positives, one.at) for one in data.context["prevalences"]]
    assert drawn == [("Pneumonia", 450, pytest.approx(269.9, abs=0.1))]
    assert "Of 9,000 <b>training</b> images" in data.content.decode()


def test_a_competition_by_the_rules_of_vindr_cxr_has_the_papers_definitions_and_its_citation(competition):
    Competition.objects.update(rules="vindr-cxr")

    labels, data = text_of("labels/"), answer_of("data/")
    assert "Heart enlarged, cardiothoracic ratio above 0.5" in labels
    assert "1,817 of 15,000 training images, 12.11 %" in labels
    assert [one.label for one in data.context["prevalences"]] == [
        "No finding",
        "Cardiomegaly",
        "Pneumonia",
        "Nodule/Mass",
    ]
    assert "@misc{nguyen2020vindrcxr," in text_of("cite/")


def test_worked_numbers_are_those_of_the_documentation(competition):
    page, documented = text_of("scores/"), (REPOSITORY / "docs" / "metrics.md").read_text()
    examples = worked()
    numbers = {
        "0.667": examples.overlaps[0][2],
        "0.5556": examples.average_precision["voc2010"],
        "0.5455": examples.average_precision["voc2007"],
        "0.5545": examples.average_precision["coco"],
        "0.8571": examples.froc,
        "0.875": examples.auroc,
        "0.03375": examples.interval.low,
        "0.39125": examples.interval.high,
        "0.10875": examples.interval.low_quantile,
        "0.44125": examples.interval.high_quantile,
    }

    for written, value in numbers.items():
        assert value == pytest.approx(float(written), abs=0.51 * 10 ** -len(written.partition(".")[2])), written
        assert written in documented
    for written in ("0.667", "0.5556", "0.875", "0.03375", "0.39125"):
        assert written in page
    assert [(one.rank, one.low, one.high) for one in examples.ranked] == [(1, 1, 2), (2, 2, 3), (3, 1, 3)]
    assert "[(1, 1, 2), (2, 2, 3), (3, 1, 3)]" in documented
    assert examples.steps == [(0.3, True, 0.3), (0.31, False, 0.3), (0.316, True, 0.315)]
    assert [(step.right, round(step.precision, 3)) for step in examples.detections] == [
        (True, 1.0),
        (False, 0.5),
        (True, 0.667),
        (False, 0.5),
    ]


def test_the_examples_are_those_of_the_competitions_metric(competition):
    assert "A held score" not in text_of("scores/")
    for metric, words in (("froc", "half a false box per image"), ("coco", "/ 101"), ("voc2007@0.4", "/ 11")):
        competition.tracks.filter(kind="detection").update(metric=metric)
        assert words in text_of("scores/"), metric
    Phase.objects.update(detail="composite")
    assert "A held score" in text_of("scores/")


def test_dates_stand_in_their_order_with_the_present_among_them(competition):
    now = database_now()
    competition.phases.update(closes_at=now + timedelta(days=4))
    Competition.objects.update(entry_until=now + timedelta(days=2), embargo_until=now + timedelta(days=40))

    schedule = answer_of("").context["schedule"]
    assert [event.title for event in schedule.events] == [
        "Main opens",
        "Now",
        "Last chance to enter or to join a team",
        "Main closes",
        "Embargo ends",
    ]
    assert [event.past for event in schedule.events] == [True, False, False, False, False]
    assert [(span.left, span.width) for span in schedule.spans] == [(0, 1000)]
    assert schedule.now_at == pytest.approx(200, abs=5)
    countdown = re.search(r'role="timer" data-until="([^"]+)" data-now="([^"]+)"', text_of(""))
    assert countdown is not None
    assert "in 3\xa0days, 23\xa0hours</span>" in text_of("")


@pytest.mark.parametrize("role", ["anonymous", "member", "outsider", "organizer"])
def test_each_page_says_what_the_reader_can_do_next_and_is_sound(competition, member, organizer, role):
    user = {"anonymous": None, "member": member.user, "outsider": make_user("eve"), "organizer": organizer}[role]
    competition.brackets.create(
        key="all",
        title="All",
        phase=competition.phases.get(),
        track=competition.tracks.first(),
        order=1,
        prizes=["1,000"],
    )
    Competition.objects.update(
        definitions=DEFINED, rules="vindr-cxr", about="# One\n\n## One\n\n|a|\n|-|\n|1|", bibtex="@misc{a, title = {A}}"
    )
    wanted = {
        "anonymous": ">Sign up</a>",
        "member": ">Upload predictions</a>",
        "outsider": ">Enter the competition</a>",
        "organizer": ">Manage the competition</a>",
    }

    for path in PAGES:
        page = text_of(path, user)
        main = page[page.index('id="content"') :]
        assert wanted[role] in main, path
        assert Page(page).faults == [], path
    assert ">Manage the competition</a>" not in text_of("", make_user("bob"))


@pytest.mark.parametrize(("page", "most"), [("labels/", 9), ("terms/", 10), ("scores/", 9), ("cite/", 9)])
def test_a_page_asks_a_small_fixed_number_of_questions(competition, page, most, django_assert_max_num_queries):
    with django_assert_max_num_queries(most):
        answer_of(page)


def test_in_a_phase_of_held_scores_no_page_tells_which_labels_are_common_enough_to_count(db, tmp_path):
    phases = [{**description()["phases"][0], "detail": "composite"}]
    make_competition(tmp_path, phases=phases)
    told = {path: text_of(path) for path in PAGES}
    Phase.objects.update(detail="classes")

    assert "Which of the 2 labels count is told after the close" in told["rules/"]
    assert "labels count.<" not in told["rules/"]
    for path, page in told.items():
        assert "Not in the score" not in page, path
        for count in ("24", "16", "12"):
            assert f">{count}<" not in page, path
    assert "Which labels count" in text_of("rules/")


def test_terms_stand_on_a_page_of_their_own_with_headings_to_link_to(competition, member):
    Terms.objects.create(competition=competition, version="2", text="# Use\n\nNew.", sha256="0" * 64)

    page = text_of("terms/", member.user)
    assert '<h3 id="terms-use"><a href="#terms-use"' in page
    assert "Accept the terms" in page


def test_the_citation_is_text_that_tex_can_read(competition):
    Competition.objects.update(title="50 % of {A}_b & \\c~", bibtex="@misc{own, title = {Own}}")

    page = text_of("cite/")
    assert "title        = {{50 \\% of \\{A\\}\\_b \\&amp;  c }}," in page
    assert "@misc{own, title = {Own}}" in page
    assert 'hidden data-copy="of-competition-text"' in page


def test_organizers_tables_scroll_and_their_headings_are_links_without_anything_of_theirs_running():
    html = clean_html(
        "# A [b](/c)\n\n# <script>\n\n# <script>\n\n|x|\n|-|\n|1|\n\n[y](javascript:alert(1)) <img src=x onerror=z>",
        anchors="about",
    )

    assert '<h2 id="about-a-b">A <a href="/c"' in html
    assert 'id="about-script"' in html
    assert 'id="about-script-2"' in html
    assert '<div class="table-scroll" tabindex="0" role="region" aria-label="Table">' in html
    assert "<script" not in html
    assert "javascript:" not in html.replace("[y](javascript:", "")
    assert "<img" not in html


def test_the_first_page_shows_the_podium_and_the_files_their_size(competition, member, score_all):
    hand_in(member, detections_csv())
    score_all()

    assert "Leading now" in text_of("")
    assert "Team ada" in text_of("")
    assert '<span class="quiet number">1.7\xa0KB</span>' in text_of("data/")


def test_the_commands_on_the_page_of_data_are_ones_that_the_client_has(competition):
    lines = answer_of("data/").context["client_commands"].splitlines()
    client = get_command(app)
    for line in lines:
        name, *arguments = shlex.split(line)[1:]
        with client.make_context("vindr-bench", [name]) as context:
            command = client.get_command(context, name)
            assert command is not None, line
            command.make_context(name, with_wait_spelled_out(arguments), parent=context).close()

    assert 'submit -c chest -f mine.csv -m "my first" --wait' in lines[-1]
