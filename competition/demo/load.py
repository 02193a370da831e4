"""Loads the demo: what is there already is kept, what is missing is made through the server's own acts."""

import sys
from functools import cache
from pathlib import Path

from competition import storage
from competition.clock import database_now
from competition.demo.allow import allow_uploads
from competition.demo.consensus import draw_consensus
from competition.demo.demo_file import Participant, files_beside, kept_log_ins, write_demo_file, write_files
from competition.demo.folder import SLUG, demo_folder
from competition.demo.people import LogIn, settle
from competition.demo.teams import BASELINE, TEAMS, MadeUpFile, MadeUpTeam, files_of, files_to_upload
from competition.demo.wait import wait_until_counted
from competition.models import Competition, Membership, Submission, Team, User
from competition.models.token import SCOPES
from competition.operations.enter import enter
from competition.operations.found import found
from competition.operations.submit import Words, submit

ORGANIZER = "demo-organizer"
PARTICIPANT_SCOPES = ("read", "submit")
FAST = 4
"""When it must go fast, one in so many teams is loaded."""

_truth = cache(draw_consensus)


def load(path: Path, *, base_url: str, fast: bool, patience: float) -> None:
    """Load what is missing, wait until it is scored, write `path`. Raises Refusal or Stuck with the reason."""
    kept = kept_log_ins(path)
    teams = TEAMS[::FAST] if fast else TEAMS
    user, organizer = settle(ORGANIZER, SCOPES, kept.get(ORGANIZER))
    competition = _founded(user)
    participants = [_participant(competition, team, kept.get(team.username)) for team in teams]
    _enter_baseline(competition)
    files = [file for file in files_of((*teams, BASELINE)) if not fast or file.number == 1]
    _hand_in_missing(competition, files)
    progress = wait_until_counted(competition, [file.key for file in files], patience=patience)
    if progress.failed:
        _tell(f"{progress.failed} of the demo's submissions could not be scored; the organizer's page says why")
    if not all(file.exists() for file in files_beside(path).values()):
        write_files(path, files_to_upload(_truth()))
    for team in Team.objects.filter(competition=competition, name__in=[team.name for team in teams]):
        allow_uploads(competition, team)
    write_demo_file(path, base_url=base_url, competition=SLUG, organizer=organizer, participants=participants)


def _founded(organizer: User) -> Competition:
    competition = Competition.objects.filter(slug=SLUG).first()
    if competition is None:
        _tell("founding the competition")
        competition = found(demo_folder(_truth(), database_now()), organizer=organizer)
    return competition


def _participant(competition: Competition, team: MadeUpTeam, kept: LogIn | None) -> Participant:
    user, log_in = settle(team.username, PARTICIPANT_SCOPES, kept)
    return Participant(log_in, _entered(competition, user, team).name)


def _enter_baseline(competition: Competition) -> None:
    """The baseline belongs to an account that nobody can log in to, and is shown without a rank."""
    user = User.objects.filter(username=BASELINE.username).first()
    if user is None:
        user = User.objects.create_user(BASELINE.username)
    team = _entered(competition, user, BASELINE)
    if not team.baseline:
        Team.objects.filter(pk=team.pk).update(baseline=True)


def _entered(competition: Competition, user: User, team: MadeUpTeam) -> Team:
    membership = Membership.objects.of(user, competition)
    if membership is None:
        terms = competition.current_terms()
        version = terms.version if terms else ""
        membership = enter(user=user, competition=competition, team=team.name, accept_terms=version)
    return membership.team


def _hand_in_missing(competition: Competition, files: list[MadeUpFile]) -> None:
    there = set(
        Submission.objects.filter(
            team__competition=competition, idempotency_key__in=[file.key for file in files]
        ).values_list("idempotency_key", flat=True)
    )
    missing = [file for file in files if file.key not in there]
    if missing:
        _tell(f"handing in {len(missing)} submissions")
    for file in missing:
        _hand_in(competition, file)


def _hand_in(competition: Competition, file: MadeUpFile) -> None:
    incoming = storage.Incoming()
    incoming.write(file.content(_truth()))
    submit(
        author=User.objects.get(username=file.team.username),
        competition=competition,
        incoming=incoming,
        words=Words(
            track=file.track,
            note="made up",
            file_name=f"{file.track}-{file.number}.csv",
            idempotency_key=file.key,
        ),
    )


def _tell(sentence: str) -> None:
    print(f"  {sentence}", file=sys.stderr, flush=True)
