import io
import json
import zipfile
from datetime import timedelta

import pytest

from competition.models import (
    Allowance,
    Attempt,
    Award,
    Awards,
    Board,
    Bracket,
    Claim,
    Competition,
    DeadlineExtension,
    Declaration,
    Decline,
    Departure,
    Entrant,
    ErrataBatch,
    Extension,
    Hint,
    LaunchCheck,
    Merger,
    Revocation,
    RulesAcceptance,
    RulesVersion,
    Team,
)
from competition.operations.announce import announce
from competition.operations.disqualify import disqualify
from competition.operations.export_archive import archive_of
from competition.operations.hand_out import write_handouts
from competition.operations.select import select
from competition.operations.sweep import publish_ready
from competition.operations.withdraw import withdraw
from tests.factory import (
    detections_csv,
    hand_in,
    make_competition,
    make_member,
    make_user,
    probabilities_csv,
)


def unpacked(competition, *, people=False):
    """Member → its bytes."""
    with zipfile.ZipFile(io.BytesIO(b"".join(archive_of(competition, people=people)))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(members, name):
    return [json.loads(line) for line in members[name].decode().splitlines()]


@pytest.fixture(autouse=True)
def static_files_as_they_are(settings):
    """The pages need no collected static files here."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def played(transactional_db, tmp_path, score_all):
    """A competition with a split in which everything has happened once."""
    competition = make_competition(tmp_path, split={"public": 0.5, "seed": 77_001_922})
    olga = make_user("olga", email="olga@hospital.example")
    competition.organizers.add(olga)
    ada, bob = (make_member(competition, name, team=team) for name, team in (("ada", "=Team A"), ("bob", "Team B")))
    first = hand_in(ada, detections_csv(), note="=1+1").submission
    second = hand_in(bob, detections_csv(shift=40.0)).submission
    hand_in(bob, probabilities_csv(noise=0.4), track="classification")
    score_all()
    third = hand_in(bob, detections_csv(shift=90.0)).submission
    score_all()
    disqualify(first, organizer=olga, reason="by hand")
    select(second)
    withdraw(third)
    announce(competition, organizer=olga, title="News", text="The server was down.")
    publish_ready()
    hand_in(ada, detections_csv(shift=10.0))
    write_a_row_of_the_rest(competition, olga, ada, second)
    return Competition.objects.get(pk=competition.pk)


def write_a_row_of_the_rest(competition, olga, ada, submission):
    """Of every table that the game above leaves empty: an archive is of all of them."""
    now, text = competition.now(), {"reason": "an outage"}
    phase, track, team = submission.phase, submission.track, submission.team
    of_board = {"phase": phase, "track": track}
    competition.guests.add(olga)
    write_handouts(competition, {"read-me.txt": b"hello\n"})
    Extension.objects.create(phase=phase, before=now - timedelta(days=1), after=now, **text)
    DeadlineExtension.objects.create(
        competition=competition, deadline="merge_until", before=now - timedelta(days=1), after=now, **text
    )
    truth = competition.ground_truths.get()
    LaunchCheck.objects.create(competition=competition, ground_truth=truth, requested_by=olga)
    old = Team.objects.create(competition=competition, name="Old", name_key="old", skeleton="old", merged_into=team)
    Merger.objects.create(proposer=team, other=old, state="accepted", proposed_by=ada.user, answered_at=now)
    Departure.objects.create(team=old, user=ada.user, competition=competition, joined_at=now, had_handed_in=False)
    Entrant.objects.create(competition=competition, user=ada.user, answers=[["Where?", "ada@uni.example"]])
    allowance = Allowance.objects.create(team=team, day=now.date(), extra=2, **of_board, **text)
    Revocation.objects.create(allowance=allowance, made_by=olga, **text)
    facts = {"text": "Be fair.", "sha256": "0" * 64, "notice_days": 0, "notice_until": now, "in_force_at": now}
    rules = RulesVersion.objects.create(
        competition=competition, number=1, version="1", author=olga, published_at=now, **facts
    )
    RulesAcceptance.objects.create(rules=rules, user=ada.user)
    Declaration.objects.create(submission=submission, version=1, items=[], author=ada.user)
    evaluation = submission.evaluations.get()
    Attempt.objects.create(evaluation=evaluation, number=1, failure="lease_expired")
    ErrataBatch.objects.create(competition=competition, number=1, published_by=olga)
    facts = {"competition": competition, "kind": "few_values", "team": team, "pair": str(team.pk), "figure": 1}
    Hint.objects.create(**facts, **of_board, submission=submission)
    bracket = Bracket.objects.create(
        competition=competition, key="all", title="All", order=1, prizes=["First"], **of_board
    )
    Claim.objects.create(team=team, bracket=bracket, statement="We are.", claimed_by=ada.user)
    Decline.objects.create(team=team, bracket=bracket, declined_by=ada.user)
    board = Board.objects.latest_of(phase, track)
    awards = Awards.objects.create(**of_board, version=1, board=board, announced_by=olga)
    won = {"place": 1, "prize": "First", "team_name": team.name, "rank": 1, "score": 0.5, "submitted_at": now}
    Award.objects.create(awards=awards, bracket="all", bracket_title="All", order=1, team=team, **won)
