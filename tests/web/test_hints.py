"""The organizers' list of hints: what was noticed, laying it aside, and nothing of it for participants."""

from competition.models import Evaluation
from competition.operations.look_over import look_over
from tests.factory import hand_in, make_member, probabilities_csv
from tests.web.conftest import page_client

C = "/competitions/chest/"


def test_a_hint_is_read_and_laid_aside_by_organizers_alone(competition, browser, member, organizer):
    bob = make_member(competition, "bob")
    for who in (bob, member):
        submission = hand_in(who, probabilities_csv(noise=0.2, seed=1), track="classification").submission
        look_over(Evaluation.objects.get(submission=submission).pk)
    desk = page_client(organizer)
    page = desk.get(C + "organize/hints/").content.decode()
    hint = competition.hints.get(kind="near_duplicate")
    address = f"{C}organize/hints/{hint.pk}/dismiss/"
    without = desk.post(address, {"reason": " "})
    laid = desk.post(address, {"reason": "One <b>laboratory</b>."}, follow=True).content.decode()

    assert "Ranks like another team&#x27;s file" in page
    assert "1.0000" in page
    assert (without.status_code, "Give the reason" in without.content.decode()) == (400, True)
    assert "One &lt;b&gt;laboratory&lt;/b&gt;." in laid
    theirs = browser.get(f"/submissions/{submission.pk}/").content.decode()
    assert "Ranks like" not in theirs
    assert "Team bob" not in theirs
