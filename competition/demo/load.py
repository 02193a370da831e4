"""Loads the demo: what is there already is kept, what is missing is made through the server's own acts."""

import sys
from functools import cache
from pathlib import Path

from django.db import transaction

from competition import storage
from competition.clock import database_now
from competition.demo.allow import allow_uploads
from competition.demo.consensus import draw_consensus
from competition.demo.demo_file import Participant, files_beside, kept_log_ins, write_demo_file, write_files
from competition.demo.folder import SLUG, demo_folder
from competition.demo.people import LogIn, account_of, log_in_of
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
    teams = TEAMS[::FAST] if fast else TEAMS
    organizer = account_of(ORGANIZER)
    competition = _founded(organizer)
    members = {account_of(team.username): team for team in teams}
    for user, team in members.items():
        _enter(competition, user, team)
    _enter(competition, account_of(BASELINE.username), BASELINE)
    files = [file for file in files_of((*teams, BASELINE)) if not fast or file.number == 1]
    _hand_in_missing(competition, files)

    log_in, participants = _log_ins(competition, organizer, list(members), kept_log_ins(path))
    if not all(file.exists() for file in files_beside(path).values()):
        write_files(path, files_to_upload(_truth()))
    _wait(competition, [file.key for file in files], patience)
    for user in members:
        allow_uploads(competition, _team(competition, user))
    write_demo_file(path, base_url=base_url, competition=SLUG, organizer=log_in, participants=participants)


@transaction.atomic
def _log_ins(
    competition: Competition, organizer: User, members: list[User], kept: dict[str, LogIn]
) -> tuple[LogIn, list[Participant]]:
    """In one transaction, since each would wait for the disk."""
    log_in = log_in_of(organizer, SCOPES, kept.get(organizer.username))
    return log_in, [
        Participant(log_in_of(user, PARTICIPANT_SCOPES, kept.get(user.username)), _team(competition, user).name)
        for user in members
    ]


def _founded(organizer: User) -> Competition:
    competition = Competition.objects.filter(slug=SLUG).first()
    if competition is None:
        _tell("founding the competition")
        competition = found(demo_folder(_truth(), database_now()), organizer=organizer)
    return competition


def _enter(competition: Competition, user: User, made_up: MadeUpTeam) -> None:
    """Nobody can log in to the baseline's account, and its team is shown without a rank."""
    if Membership.objects.of(user, competition):
        return
    terms = competition.current_terms()
    with transaction.atomic():
        entered = enter(
            user=user,
            competition=competition,
            team=made_up.name,
            accept_terms=terms.version if terms else "",
        )
        Team.objects.filter(pk=entered.team_id).update(baseline=made_up.baseline)


def _team(competition: Competition, user: User) -> Team:
    return Membership.objects.get(user=user, competition=competition).team


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


def _wait(competition: Competition, keys: list[str], patience: float) -> None:
    progress = wait_until_counted(competition, keys, patience=patience)
    if progress.failed:
        _tell(f"{progress.failed} of the demo's submissions could not be scored; the organizer's page says why")


def _tell(sentence: str) -> None:
    print(f"  {sentence}", file=sys.stderr, flush=True)
