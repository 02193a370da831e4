"""A phase of a competition without a split is published too: in full, with what was chosen."""

import pytest

from competition.clock import database_now
from competition.errors import Conflict
from competition.models import AuditEvent, Board, Phase
from competition.operations.amend import differences
from competition.operations.folder import read_folder
from competition.operations.reveal import reveal
from competition.operations.select import select
from tests.factory import hand_in, make_competition, make_member, make_user, probabilities_csv

PHASE = {"key": "main", "title": "Main", "opens_at": "2020-01-01", "closes_at": "2100-01-01", "shows": "nothing"}


def test_what_was_hidden_is_shown_once_and_stays(db, tmp_path, score_all):
    competition = make_competition(tmp_path, phases=[PHASE])
    member, olga = make_member(competition), make_user("olga")
    chosen = hand_in(member, probabilities_csv(noise=0.4, seed=1), track="classification").submission
    hand_in(member, probabilities_csv(), track="classification")
    select(chosen)
    score_all()
    hidden = Board.objects.order_by("version").last().entries
    with pytest.raises(Conflict):
        reveal(competition.phases.get(), organizer=olga)
    Phase.objects.update(closes_at=database_now())
    for _ in range(2):
        reveal(competition.phases.get(), organizer=olga)
    score_all()

    entry = Board.objects.filter(track__kind="classification").order_by("version").last().entries[0]
    value = chosen.evaluations.get().scores.get().value
    folder = read_folder(tmp_path / "folder")
    assert hidden == []
    assert entry["score"] == round(value, 3) < 1
    assert AuditEvent.objects.filter(act="publish_phase").count() == 1
    assert not [change for change in differences(competition, folder) if "shows" in change.what]
