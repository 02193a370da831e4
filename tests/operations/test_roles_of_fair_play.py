"""Declarations, claims and awards work with the least that the web process and the workers may do."""

from datetime import UTC, datetime, timedelta

from django.core.management import call_command

from competition.jobs import evaluate
from competition.models import Award, Evaluation, Letter, Phase
from competition.operations.announce_awards import announce_awards
from competition.operations.claim import claim, decide_claim
from competition.operations.declare import declare
from competition.operations.decline import decline, take_back_decline
from competition.operations.extend_deadline import extend_deadline
from competition.operations.freeze_picks import freeze_picks
from competition.operations.reveal import reveal
from competition.operations.select import select
from competition.operations.settle import settle
from competition.operations.sweep import publish_ready
from tests.acting import acting_as
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_user


def tomorrow(*, days=1):
    return datetime.now(UTC) + timedelta(days=days)


def test_prizes_are_won_under_the_roles(transactional_db, tmp_path, monkeypatch):
    call_command("grant_roles", verbosity=0)
    monkeypatch.setattr("competition.operations.publish.SHORTEST_GAP", timedelta(0))
    prizes = {"key": "local", "title": "Local", "track": "detection", "eligibility": "From here.", "prizes": ["500"]}
    competition = make_competition(tmp_path, declarations={"required": True}, brackets=[prizes], entry_until=tomorrow())
    olga, ada, bob = make_user("olga"), make_member(competition, "ada"), make_member(competition, "bob")
    first, second = (hand_in(member, detections_csv()).submission for member in (ada, bob))
    bracket, track = competition.brackets.get(), competition.tracks.get(kind="detection")
    with acting_as("vindr_web"):
        extend_deadline(competition, organizer=olga, deadline="entry_until", until=tomorrow(days=2), reason="an outage")
        declare(first, user=ada.user, items=[], none=True)
        select(first)
        decide_claim(claim(bracket, team=ada.team, user=ada.user, statement="We are."), organizer=olga, confirm=True)
    for evaluation in Evaluation.objects.all():
        evaluate(evaluation.pk, evaluation.attempt)
    Phase.objects.update(opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")
    with acting_as("vindr_scorer"):
        assert freeze_picks(competition.phases.get())
        publish_ready()
    with acting_as("vindr_web"):
        phase = reveal(competition.phases.get(), organizer=olga)
    with acting_as("vindr_scorer"):
        publish_ready()
    with acting_as("vindr_web"):
        settle(phase, organizer=olga, results="verified", reason="run again", leave_undeclared=True)
        announce_awards(phase, track, organizer=olga)
        decline(bracket, team=ada.team, by=ada.user)
        take_back_decline(bracket, team=ada.team, by=ada.user)

    assert Award.objects.get().team == ada.team
    assert Letter.objects.filter(user=bob.user, subject__contains="declare external data").count() == 1
    assert second.declarations.count() == 0
