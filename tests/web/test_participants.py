import pytest

from competition.models import Entrant
from competition.operations.enter import enter
from tests.factory import make_competition, make_member, make_user
from tests.web.conftest import page_client
from tests.web.reading import Page

PAGE = "/competitions/chest/organize/participants/"
ENTER = "/competitions/chest/enter/"


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def asking(db, tmp_path):
    """A competition whose organizers approve entrants, with one who waits."""
    competition = make_competition(tmp_path, approval={"questions": ["Why <b>?", "Where?"]})
    competition.organizers.add(make_user("olga"))
    enter(
        user=make_user("eve", email="eve@example.org"),
        competition=competition,
        team="E",
        accept_terms="1",
        answers=("<i>Because</i>", "Here"),
    )
    return competition


def test_people_are_listed_for_organizers_alone(competition, organizer, member):
    member.user.email = "ada@example.org"
    member.user.save()

    page = text_of(page_client(organizer).get(PAGE))

    assert Page(page).faults == []
    for words in ("Team ada", "ada@example.org", "version 1"):
        assert words in page
    assert "Waiting for approval" not in page
    assert page_client(member.user).get(PAGE).status_code == 404
    assert page_client(make_member(competition, "bob").user).get(PAGE).status_code == 404


def test_who_waits_is_approved_on_the_page(asking):
    desk = page_client(asking.organizers.get())
    entrant = Entrant.objects.get()

    page = text_of(desk.get(PAGE))
    answer = desk.post(f"{PAGE}{entrant.pk}/", {"decision": "approve"}, follow=True)

    assert Page(page).faults == []
    assert "&lt;i&gt;Because" in page
    assert "Why &lt;b&gt;?" in page
    assert "eve is approved" in text_of(answer)
    assert Entrant.objects.get().state == "approved"


def test_a_refusal_without_a_reason_is_asked_for_it(asking):
    desk = page_client(asking.organizers.get())
    entrant = Entrant.objects.get()

    answer = desk.post(f"{PAGE}{entrant.pk}/", {"decision": "refuse", "reason": " "})

    assert answer.status_code == 400
    assert f'id="fault-{entrant.pk}"' in text_of(answer)
    assert Page(text_of(answer)).faults == []
    assert Entrant.objects.get().state == "waiting"


def test_an_entrant_answers_the_questions_on_the_page(asking):
    mallory = page_client(make_user("mallory"))
    form = {"way": "found", "team": "M", "accept_terms": "1", "answer-1": "Research"}

    page = text_of(mallory.get(ENTER))
    missing = mallory.post(ENTER, form)
    entered = mallory.post(ENTER, form | {"answer-2": "There"}, follow=True)

    assert Page(page).faults == []
    assert (missing.status_code, Page(text_of(missing)).faults) == (400, [])
    assert "answers-fault" in text_of(missing)
    assert ">Research</textarea>" in text_of(missing)
    assert "waits for an organizer" in text_of(entered)


def test_one_competitions_organizer_decides_nothing_in_another(asking, tmp_path):
    elsewhere = make_competition(tmp_path / "elsewhere", slug="elsewhere")
    elsewhere.organizers.add(asking.organizers.get())
    asking.organizers.clear()
    entrant = Entrant.objects.get()
    desk = page_client(elsewhere.organizers.get())

    for slug in ("elsewhere", "chest"):
        address = f"/competitions/{slug}/organize/participants/{entrant.pk}/"
        assert desk.post(address, {"decision": "approve"}).status_code == 404
