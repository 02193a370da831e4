"""The organizers' page of uploads beyond the limits."""

from competition.models import Allowance
from tests.factory import detections_csv, hand_in, make_competition, make_member
from tests.web.conftest import page_client
from tests.web.reading import Page

PAGE = "/competitions/chest/organize/allowances/"
FORM = {"team": "Team ada", "phase": "main", "track": "detection", "extra": "2", "reason": "an <b>outage"}


def text_of(answer):
    page = answer.content.decode()
    assert Page(page).faults == []
    return page


def test_uploads_are_granted_listed_and_taken_back_with_reasons(competition, member, organizer):
    desk = page_client(organizer)
    today = Allowance._meta.get_field("day").to_python(competition.now().date()).isoformat()
    given = desk.post(PAGE, FORM | {"day": today}, follow=True)
    with_them = hand_in(member, detections_csv()).quota.limit
    address = f"{PAGE}{Allowance.objects.get().pk}/"
    silent = desk.post(address, {"reason": ""})
    taken = desk.post(address, {"reason": "in error"}, follow=True)
    again = desk.post(address, {"reason": "in error"})

    assert "an &lt;b&gt;outage" in text_of(given)
    assert "Team ada has 2 more" in text_of(given)
    assert (silent.status_code, again.status_code) == (400, 409)
    assert "Give the reason" in text_of(silent)
    assert "in error" in text_of(taken)
    assert "Take back</button>" not in text_of(taken)
    assert (with_them, hand_in(member, detections_csv()).quota.limit) == (7, 5)
    assert Allowance.objects.count() == 1


def test_what_makes_no_sense_is_refused_in_the_form(competition, member, organizer, tmp_path):
    other = make_competition(tmp_path / "other", slug="other")
    make_member(other, "bob")
    desk = page_client(organizer)

    changes = ({"extra": "0"}, {"team": "Team bob"}, {"phase": "none"}, {"day": "soon"}, {"reason": "\0"})
    answers = [desk.post(PAGE, FORM | {"day": "2026-01-01"} | change) for change in changes]

    assert [answer.status_code for answer in answers] == [400] * 5
    assert all("Error: " in text_of(answer) for answer in answers)
    assert not Allowance.objects.exists()
