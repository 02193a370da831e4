from django.db import connection
from django.test.utils import CaptureQueriesContext

from competition.models import Competition
from tests.factory import detections_csv, hand_in, make_competition
from tests.web.conftest import page_client


def test_an_empty_server_says_how_a_competition_is_made(db):
    page = page_client().get("/").content.decode()

    assert "No competition has been set up yet" in page


def test_a_card_says_what_is_open_and_who_leads(competition, member, score_all):
    hand_in(member, detections_csv())
    score_all()

    page = page_client().get("/").content.decode()
    for fact in ("Chest", "<b>40</b> test images", "<b>1</b> team<", "mAP at IoU &gt; 0.4", "mean AUROC", "Team ada"):
        assert fact in page
    assert "1.000" in page
    assert "Main, closes <time" in page
    assert "Nobody stands on the board yet" in page


def test_the_notice_stands_on_the_card_and_on_every_page_of_the_competition(competition):
    Competition.objects.update(notice="The data is made up.")

    for path in ("/", *(f"/competitions/chest/{page}" for page in ("", "data/", "rules/", "boards/detection/"))):
        assert "The data is made up." in page_client().get(path).content.decode(), path


def test_the_number_of_queries_does_not_grow_with_the_competitions(
    competition, member, score_all, tmp_path, django_assert_num_queries
):
    hand_in(member, detections_csv())
    score_all()
    with CaptureQueriesContext(connection) as few:
        page_client().get("/")
    for name in ("two", "three"):
        make_competition(tmp_path / name, slug=name)

    with django_assert_num_queries(len(few)):
        page = page_client().get("/").content.decode()
    assert page.count('class="card"') == 3
    assert len(few) <= 6
