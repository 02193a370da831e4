"""Which labels count is told by every page or by none, in a competition whose phases show more and less."""

import pytest
from django.test import Client

from competition.clock import database_now
from tests.factory import description, hand_in, make_competition, make_token, make_user, probabilities_csv
from tests.web.conftest import page_client
from tests.web.test_submission import HELD, text_of

OPEN = description()["phases"][0]
LATER = {**HELD[0], "key": "final", "title": "Final", "opens_at": "2090-01-01"}


@pytest.fixture
def competition(db, tmp_path):
    return make_competition(tmp_path, phases=[OPEN, LATER], not_in_score=["No finding"])


@pytest.fixture
def pair(member, score_all):
    files = [probabilities_csv(noise=0.4, seed=seed) for seed in (1, 2)]
    both = [hand_in(member, content, track="classification").submission for content in files]
    score_all()
    return both


def what_is_told(user, one, other):
    """Of each place whether it tells which labels count, or how many."""
    client, api = page_client(user), Client(headers={"Authorization": f"Bearer {make_token(user)}"})
    report = api.get(f"/api/v1/submissions/{one.pk}").json()["report"]
    compared = api.get(f"/api/v1/submissions/{one.pk}/compare/{other.pk}").json()["classes"]
    return {
        "rules": "Not in the score:" in text_of(client.get("/competitions/chest/rules/")),
        "board": "over 1 of 2 labels"
        in text_of(page_client().get("/competitions/chest/boards/classification/?phase=main")),
        "mean": "mean over 1 of 2" in text_of(client.get(f"/submissions/{one.pk}/")),
        "label": "not in the score" in text_of(client.get(f"/submissions/{one.pk}/labels/2/")),
        "pair": "not in the score" in text_of(client.get(f"/submissions/{one.pk}/compare/{other.pk}/")),
        "report": "scored_labels" in report or "scored_classes" in report,
        "in_score": [row["in_score"] for row in compared] == [True, False],
    }


def test_while_one_phase_holds_its_scores_no_place_tells_which_labels_count(competition, member, pair):
    olga = make_user("olga")
    competition.organizers.add(olga)

    told = what_is_told(member.user, *pair)
    to_organizer = what_is_told(olga, *pair)
    competition.phases.filter(key="final").update(revealed_at=database_now())
    told_in_the_end = what_is_told(member.user, *pair)

    assert not [place for place, tells in told.items() if tells]
    assert [place for place, tells in to_organizer.items() if not tells] == ["rules", "board"]
    assert all(told_in_the_end.values())
