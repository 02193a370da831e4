"""Phases that are extended, opened by hand, published by themselves, or take late uploads."""

from datetime import timedelta

import pytest

from competition.clock import database_now
from competition.errors import Conflict, Forbidden, Invalid, QuotaSpent
from competition.models import AuditEvent, Board, Letter, Phase, Submission
from competition.operations.amend import amend, differences
from competition.operations.extend import extend
from competition.operations.folder import read_folder
from competition.operations.freeze_picks import freeze_picks
from competition.operations.reveal import reveal
from competition.operations.select import select
from competition.operations.show_result import LATE, show_result, with_results
from competition.operations.sweep import sweep
from tests.factory import description, detections_csv, hand_in, make_competition, make_member, make_user, write_folder

LATE_LIMITS = {"late": {"daily_limit": 1, "total_limit": 2}}


def main(**changes):
    return {**description()["phases"][0], **changes}


def close():
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")


def shown(submission):
    return show_result(with_results(Submission.objects.filter(pk=submission.pk)).get())


@pytest.fixture
def olga(db):
    return make_user("olga")


def test_an_extension_is_later_says_why_and_is_written_down(competition, olga):
    phase = competition.phases.get()
    later = phase.closes_at + timedelta(days=2)

    extended = extend(phase, organizer=olga, closes_at=later, reason=" the server was down ")

    assert extended.closes_at == later
    assert extended.extensions.get().reason == "the server was down"
    assert AuditEvent.objects.get(act="extend_phase").reason == "the server was down"


def test_everybody_who_takes_part_is_told_of_an_extension(competition, member, olga):
    extend(
        competition.phases.get(),
        organizer=olga,
        closes_at=database_now() + timedelta(days=99),
        reason="the server was down",
    )

    assert "the server was down" in Letter.objects.get(user=member.user).text


@pytest.mark.parametrize(("days", "reason"), [(-1, "x"), (0, "x"), (1, "  ")])
def test_a_phase_is_never_shortened_and_never_extended_without_a_reason(competition, olga, days, reason):
    phase = competition.phases.get()

    with pytest.raises(Invalid):
        extend(phase, organizer=olga, closes_at=phase.closes_at + timedelta(days=days), reason=reason)
    assert competition.phases.get().closes_at == phase.closes_at


def test_a_closed_phase_is_not_extended_into_the_past_nor_once_it_is_published(competition, olga):
    close()
    phase = competition.phases.get()
    with pytest.raises(Invalid):
        extend(phase, organizer=olga, closes_at=phase.closes_at + timedelta(days=1), reason="x")
    reveal(phase, organizer=olga)

    with pytest.raises(Conflict):
        extend(phase, organizer=olga, closes_at=database_now() + timedelta(days=1), reason="x")


def test_a_closed_phase_that_is_extended_is_open_and_its_picks_are_free_again(competition, member, olga, score_all):
    first = hand_in(member, detections_csv()).submission
    score_all()
    close()
    freeze_picks(competition.phases.get())
    extend(competition.phases.get(), organizer=olga, closes_at=database_now() + timedelta(hours=1), reason="x")
    free = (competition.phases.get().picks_frozen_at, Submission.objects.get().picked_at)
    second = hand_in(member, detections_csv(shift=9)).submission
    select(second)
    score_all()
    close()
    freeze_picks(competition.phases.get())

    assert free == (None, None)
    assert set(Submission.objects.filter(picked_at__isnull=False)) == {second} != {first}


def test_a_folder_takes_no_extension_back(competition, olga, tmp_path):
    phase = competition.phases.get()
    extend(phase, organizer=olga, closes_at=phase.closes_at + timedelta(days=2), reason="x")

    changes = differences(competition, read_folder(tmp_path / "folder"))

    assert not [change for change in changes if "closes_at" in change.what]


def test_a_folder_that_opens_a_closed_phase_again_frees_its_picks(competition, member, score_all, tmp_path):
    hand_in(member, detections_csv())
    score_all()
    close()
    freeze_picks(competition.phases.get())
    amend(competition, read_folder(tmp_path / "folder"), confirm="chest")

    assert competition.phases.get().is_open(database_now())
    assert not Submission.objects.filter(picked_at__isnull=False).exists()


def test_a_folder_opens_no_phase_whose_final_board_is_published(competition, olga, tmp_path):
    close()
    reveal(competition.phases.get(), organizer=olga)
    amend(competition, read_folder(write_folder(tmp_path / "folder", title="New")))

    assert not competition.phases.get().is_open(database_now())


def test_a_draft_is_no_phase_of_the_competition_and_takes_nothing(tmp_path, db):
    competition = make_competition(tmp_path, phases=[main(draft=True)])
    member = make_member(competition)

    with pytest.raises(Forbidden, match="No phase is open now; no phase is to come"):
        hand_in(member, detections_csv())
    assert not competition.phases.exists()
    assert competition.phase_of("main") is None
    assert Phase.every.get().state(database_now()) == "draft"


def test_a_folder_neither_opens_a_draft_nor_hides_a_phase_again(tmp_path, db):
    competition = make_competition(tmp_path, phases=[main(draft=True), main(key="other")])
    folder = write_folder(
        tmp_path / "again", phases=[main(title="New"), main(key="other", draft=True), main(key="c", draft=True)]
    )
    amend(competition, read_folder(folder))

    assert dict(Phase.every.values_list("key", "draft")) == {"main": True, "other": False, "c": True}
    assert Phase.every.get(key="main").title == "New"


def test_a_phase_that_publishes_itself_does_so_once_all_is_scored(tmp_path, db, score_all):
    competition = make_competition(tmp_path, phases=[main(publication="automatic", shows="nothing")])
    hand_in(make_member(competition), detections_csv())
    close()
    sweep()
    early = competition.phases.get().revealed_at
    score_all()
    sweep()
    sweep()

    assert early is None
    assert competition.phases.get().revealed_at
    assert Board.objects.order_by("version").last().entries[0]["score"] == 1.0
    assert AuditEvent.objects.filter(act="publish_phase", actor=None).count() == 1


def test_a_phase_that_is_published_by_hand_waits_for_it(competition, member, score_all):
    hand_in(member, detections_csv())
    score_all()
    close()
    sweep()

    assert competition.phases.get().revealed_at is None


@pytest.fixture
def with_late(tmp_path, db):
    return make_competition(tmp_path, phases=[main(**LATE_LIMITS)])


def test_a_late_submission_is_scored_and_marked_and_never_ranked(with_late, score_all):
    member = make_member(with_late)
    hand_in(member, detections_csv(shift=150))
    score_all()
    close()
    late = hand_in(member, detections_csv(), phase="main").submission
    score_all()
    freeze_picks(with_late.phases.get())
    reveal(with_late.phases.get(), organizer=make_user("olga"))
    score_all()

    entry = Board.objects.order_by("version").last().entries[0]
    assert (late.late, shown(late).state, shown(late).score) == (True, "scored", 1.0)
    assert (entry["score"] < 1, entry["submissions"]) == (True, 1)
    assert set(Submission.objects.filter(picked_at__isnull=False, late=True)) == set()


def test_late_submissions_have_limits_of_their_own(with_late):
    member = make_member(with_late)
    for _ in range(5):
        hand_in(member, detections_csv())
    close()
    receipt = hand_in(member, detections_csv(), phase="main")

    with pytest.raises(QuotaSpent):
        hand_in(member, detections_csv(), phase="main")
    assert (receipt.quota.limit, receipt.quota.used, receipt.quota.total_limit) == (1, 1, 2)


def test_a_late_submission_names_its_phase_and_cannot_be_chosen(with_late):
    member = make_member(with_late)
    close()
    with pytest.raises(Forbidden, match="No phase is open"):
        hand_in(member, detections_csv())
    late = hand_in(member, detections_csv(), phase="main").submission
    Phase.objects.update(closes_at="2100-01-01T00:00Z")

    with pytest.raises(Conflict, match="never ranked"):
        select(late)


def test_without_late_limits_nothing_is_taken_after_the_close(competition, member):
    close()

    with pytest.raises(Forbidden, match="The phase closed at"):
        hand_in(member, detections_csv(), phase="main")


def test_a_late_submission_tells_nothing_while_scores_are_held(tmp_path, db, score_all):
    competition = make_competition(tmp_path, phases=[main(detail="composite", **LATE_LIMITS)])
    member = make_member(competition)
    close()
    late = hand_in(member, detections_csv(), phase="main").submission
    score_all()
    before = shown(late)
    freeze_picks(competition.phases.get())
    reveal(competition.phases.get(), organizer=make_user("olga"))

    assert (before.state, before.score, before.message) == ("scored", None, LATE)
    assert shown(late).score == 1.0
