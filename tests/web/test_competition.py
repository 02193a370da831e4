from datetime import timedelta

import pytest

from competition.clock import database_now
from competition.models import Competition, GroundTruth, Phase, Terms
from tests.factory import description, detections_csv, hand_in, make_competition, make_member, make_user
from tests.web.conftest import page_client
from tests.web.reading import Page

HOSTILE = '<script>alert(1)</script> <img src=x onerror="alert(2)"> [click](javascript:alert(3)) **bold**'


def text_of(path, user=None):
    answer = page_client(user).get(f"/competitions/chest/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", ["anonymous", "member", "outsider", "organizer"])
def test_what_a_reader_can_do_next_depends_on_who_it_is(competition, member, organizer, role):
    user = {"anonymous": None, "member": member.user, "outsider": make_user("eve"), "organizer": organizer}[role]

    about = text_of("", user)
    takes_part = role == "member"
    assert ("You take part as" in about) == takes_part
    assert ("Upload predictions" in about) == takes_part
    assert ("Enter the competition" in about) == (not takes_part)
    assert (">Organize</a>" in about) == (role == "organizer")
    assert (">My submissions</a>" in about) == (role != "anonymous")


def test_the_first_page_has_the_facts(competition, member, score_all):
    hand_in(member, detections_csv())
    score_all()

    about = text_of("")
    for fact in ("<dd>40</dd>", "mAP at IoU &gt; 0.4", "2 labels", "5 uploads a day, 100 in all", "Team ada", "1.000"):
        assert fact in about


def test_the_page_on_data_has_the_files_the_commitment_and_the_terms(competition):
    truth = GroundTruth.objects.get()

    data = text_of("data/")
    for fact in (
        'href="/api/v1/competitions/chest/manifest"',
        'href="/api/v1/competitions/chest/sample?track=detection"',
        "python -m scoring validate classification",
        truth.commitment,
        "Nodule/Mass",
        f"{0:032x},Cardiomegaly,0.87,",
        'which you make on <a href="/account/">your account page</a>',
    ):
        assert fact in data


@pytest.mark.parametrize("track", ["detection", "classification"])
def test_the_example_rows_have_the_form_of_a_good_file(competition, track):
    from scoring import Manifest, read_detections, read_probabilities

    examples = page_client().get("/competitions/chest/data/").context["examples"]
    example = next(text for of_track, text in examples if of_track.kind == track)
    labels = next(of_track.labels for of_track, _ in examples if of_track.kind == track)
    images = tuple(dict.fromkeys(line.split(",")[0] for line in example.splitlines()[1:]))

    read = read_detections if track == "detection" else read_probabilities
    assert read(example.encode(), manifest=Manifest(images), labels=labels)


def test_new_terms_ask_a_member_to_accept_them(competition, member):
    assert "You have accepted this version" in text_of("terms/", member.user)
    assert "No sharing." in text_of("terms/")

    Terms.objects.create(competition=competition, version="2", text="New.", sha256="0" * 64)
    assert "Accept the terms" in text_of("data/", member.user)
    assert "Accept the terms" in text_of("terms/", member.user)
    assert "New." in text_of("terms/", member.user)


def test_the_rules_state_limits_ties_and_what_counts(competition):
    Competition.objects.update(not_in_score=["Cardiomegaly"], min_positives=7)

    rules = text_of("rules/")
    for fact in (
        "at least 7 test images",
        "taken out: Cardiomegaly",
        "1, 2, 2, 4",
        "Main: up to 2",
        "A withdrawn submission counts towards the limits",
        "UTC",
    ):
        assert fact in rules


def test_the_rules_say_what_is_secretly_divided(db, tmp_path):
    make_competition(tmp_path, split={"public": 0.5, "seed": 1}, min_positives=2)

    assert "secretly divided into a public and a private part" in text_of("rules/")


def test_a_closed_phase_invites_nobody_to_upload(competition, member):
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at=database_now())

    about = text_of("", member.user)
    assert "No phase is open or to come" in about
    assert "Upload predictions" not in about


def test_no_page_of_a_phase_with_held_scores_tells_how_many_images_are_positive(db, tmp_path, score_all):
    phases = [{**description()["phases"][0], "detail": "composite"}]
    competition = make_competition(tmp_path, phases=phases)
    member = make_member(competition)
    hand_in(member, detections_csv())
    score_all()

    for path in ("", "data/", "rules/", "boards/detection/", "boards/classification/"):
        page = text_of(path, member.user)
        assert "positive" not in page.lower(), path
        for count in ("24", "16", "12"):
            assert f">{count}<" not in page, path


def test_markdown_of_organizers_runs_nothing(competition):
    Competition.objects.update(about=HOSTILE, notice=HOSTILE, title=HOSTILE)
    Terms.objects.create(competition=competition, version="<b>2</b>", text=HOSTILE, sha256="0" * 64)

    for path in ("", "terms/"):
        page = text_of(path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript' not in page
        assert "<strong>bold</strong>" in page
        assert Page(page).faults == []
    assert "<b>2</b>" not in text_of("terms/")


@pytest.mark.parametrize("page", ["", "data/", "rules/"])
def test_an_unknown_competition_is_not_found(db, page):
    assert page_client().get(f"/competitions/none/{page}").status_code == 404


@pytest.mark.parametrize(("page", "most"), [("", 12), ("data/", 13), ("rules/", 14)])
def test_a_page_asks_a_small_fixed_number_of_questions(competition, page, most, django_assert_max_num_queries):
    with django_assert_max_num_queries(most):
        page_client().get(f"/competitions/chest/{page}")


def test_the_time_that_is_left_is_told_by_the_competitions_clock_and_a_gap_says_when_it_ends(competition):
    now = database_now()
    competition.phases.update(closes_at=now + timedelta(days=2, hours=3, minutes=30))
    is_open = text_of("")
    competition.phases.update(opens_at=now + timedelta(days=1, hours=5, minutes=30))
    between = text_of("")

    assert "in 2\xa0days, 3\xa0hours" in is_open
    assert "in 1\xa0day, 5\xa0hours</span>; until then nothing is taken" in between
