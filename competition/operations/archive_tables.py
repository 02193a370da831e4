"""What of the database goes into an archive: one entry for each table, and a reason for each that stays behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models

from competition.models import (
    Acceptance,
    Allowance,
    Announcement,
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
    Evaluation,
    Extension,
    GroundTruth,
    Handout,
    Hint,
    LaunchCheck,
    Manifest,
    Membership,
    Merger,
    PastScore,
    Phase,
    Revocation,
    RulesAcceptance,
    RulesVersion,
    Score,
    Split,
    Submission,
    Team,
    Terms,
    Track,
    TruthTrack,
    User,
)

OPENS = "it opens something"
GUESSABLE = "guesses at the labels or the split could be tried against it"


@dataclass(frozen=True)
class Table:
    """One table of the archive: each row of the model that belongs to the competition, whole but for `without`."""

    model: type[models.Model]
    of: str
    """The lookup from a row to its competition."""
    key: tuple[str, ...] = ()
    """The fields by which other rows name one of these; ids of the database mean nothing elsewhere."""
    order: tuple[str, ...] = ("pk",)
    """By which rows are listed; it must not depend on the installation."""
    without: Mapping[str, str] = field(default_factory=dict)
    """Field → why it is not in the archive. Bytes are members of their own."""
    private: frozenset[str] = frozenset()
    """Fields that are empty unless the data of persons is asked for."""
    bulky: frozenset[str] = frozenset()
    """Fields that stand in the JSON only."""

    @property
    def name(self) -> str:
        """As the archive calls it."""
        return self.model._meta.db_table.removeprefix("competition_")


OWN = "competition"
OF_TEAM = "team__competition"
OF_PHASE = "phase__competition"
OF_SUBMISSION = "submission__team__competition"
OF_EVALUATION = "evaluation__submission__team__competition"

TABLES: tuple[Table, ...] = (
    Table(
        Competition,
        "pk",
        key=("slug",),
        without={"invitation": OPENS, "copied_from": "the other competition is not in this archive"},
    ),
    Table(Competition.organizers.through, OWN),
    Table(Competition.guests.through, OWN),
    Table(Terms, OWN, key=("version",)),
    Table(RulesVersion, OWN, key=("number",), order=("number",)),
    Table(Manifest, OWN),
    Table(Handout, OWN),
    Table(Track, OWN, key=("kind",)),
    Table(Phase, OWN, key=("key",)),
    Table(Extension, OF_PHASE),
    Table(DeadlineExtension, OWN),
    Table(
        GroundTruth,
        OWN,
        key=("version",),
        order=("version",),
        without={
            "sealed": "the labels never leave the vault",
            "fingerprint": GUESSABLE,
            "absent": "says whether the labels are on this installation",
        },
    ),
    Table(TruthTrack, "ground_truth__competition", order=("ground_truth__version", "pk")),
    Table(Split, OWN, without={"fingerprint": GUESSABLE}),
    Table(LaunchCheck, OWN),
    Table(Announcement, OWN),
    Table(Team, OWN, key=("name",), without={"invitation": OPENS}),
    Table(Membership, OF_TEAM),
    Table(Departure, OF_TEAM),
    Table(Acceptance, "terms__competition"),
    Table(RulesAcceptance, "rules__competition"),
    Table(Entrant, OWN, private=frozenset({"answers"})),
    Table(Merger, "proposer__competition", order=("proposed_at", "pk")),
    Table(Allowance, OF_TEAM, key=("team", "phase", "track", "granted_at")),
    Table(Revocation, "allowance__team__competition"),
    Table(
        Submission,
        OF_TEAM,
        key=("id",),
        order=("received_at", "pk"),
        without={
            "file": "another installation keeps the file under another name",
            "idempotency_key": "it means something to the sender's program only",
        },
    ),
    Table(Declaration, OF_SUBMISSION, order=("submission__received_at", "submission", "version")),
    Table(Evaluation, OF_SUBMISSION, key=("submission", "ground_truth", "metric_version")),
    Table(Attempt, OF_EVALUATION),
    Table(ErrataBatch, OWN, order=("number",)),
    Table(Hint, OWN, without={"pair": "it is made of this installation's ids"}),
    Table(
        Score,
        OF_EVALUATION,
        order=(
            "evaluation__ground_truth__version",
            "evaluation__metric_version",
            "evaluation__submission__track__kind",
            "part",
            "evaluation",
        ),
        bulky=frozenset({"report"}),
    ),
    Table(
        Board,
        OF_PHASE,
        key=("phase", "track", "version"),
        order=("phase_id", "track_id", "version"),
        bulky=frozenset({"entries", "steps"}),
    ),
    Table(
        PastScore,
        "board__phase__competition",
        order=("board__phase_id", "board__track_id", "board__version", "team__name"),
    ),
    Table(Bracket, OWN, key=("key",)),
    Table(Claim, OF_TEAM),
    Table(Decline, OF_TEAM),
    Table(
        Awards,
        OF_PHASE,
        key=("phase", "track", "version"),
        order=("phase_id", "track_id", "version"),
    ),
    Table(Award, "awards__phase__competition"),
)
"""In an order in which each table comes after those that its rows name."""

PERSON_KEY = "username"

LEFT_OUT: dict[str, str] = {
    "competition.User": "of accounts only the names are written, in people.csv",
    "competition.ApiToken": OPENS,
    "competition.SealedTruth": "the labels never leave the vault",
    "competition.SealedSplit": "the split never leaves the vault",
    "competition.AuditEvent": "in audit/, each row in the form that is hashed",
    "competition.AuditHead": "follows from the rows of the audit",
    "competition.ImportedEvent": "in audit/, each row in the form that is hashed",
    "competition.ErratumReport": "what is suspected of single images, and what came of it, tells about their labels",
    "competition.Signature": "a likeness of the uploaded files, for workers",
    "competition.Letter": "mail to persons",
    "competition.LetterAddress": "addresses of persons",
    "competition.Quota": "a row to be locked, without content",
    "competition.PublishRequest": "a moment's work for the sweeper",
    "competition.RetryRequest": "a moment's work for the sweeper",
    "competition.Recount": "a night's check of this installation; another makes its own",
    "competition.User_groups": "this project has no groups",
    "competition.User_user_permissions": "this project has no permissions of single persons",
    "account": "log-ins and addresses of persons",
    "admin": "the site's own log",
    "auth": "this project has no groups",
    "contenttypes": "Django's own",
    "mfa": OPENS,
    "sessions": OPENS,
}
"""Model or app label → why it is not in an archive."""


def table_of(model: type[models.Model]) -> Table:
    """The entry of a model; raises KeyError when it is left out."""
    return _BY_MODEL[model]


_BY_MODEL = {table.model: table for table in TABLES} | {User: Table(User, "pk", key=(PERSON_KEY,))}
