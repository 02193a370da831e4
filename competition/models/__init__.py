"""The nouns of the competition, their constraints and their reading words."""

from competition.models.audit import AuditEvent, AuditHead
from competition.models.board import Board, PublishRequest
from competition.models.competition import Competition, Manifest, Terms
from competition.models.evaluation import Evaluation, Part, Score
from competition.models.launch import LaunchCheck
from competition.models.phase import Detail, Extension, Phase, Shows
from competition.models.submission import Allowance, Quota, Submission
from competition.models.team import Acceptance, Membership, Team
from competition.models.token import ApiToken
from competition.models.track import Track, TrackKind
from competition.models.truth import GroundTruth, SealedSplit, SealedTruth, Split, TruthTrack
from competition.models.user import User

__all__ = [
    "Acceptance",
    "Allowance",
    "ApiToken",
    "AuditEvent",
    "AuditHead",
    "Board",
    "Competition",
    "Detail",
    "Evaluation",
    "Extension",
    "GroundTruth",
    "LaunchCheck",
    "Manifest",
    "Membership",
    "Part",
    "Phase",
    "PublishRequest",
    "Quota",
    "Score",
    "SealedSplit",
    "SealedTruth",
    "Shows",
    "Split",
    "Submission",
    "Team",
    "Terms",
    "Track",
    "TrackKind",
    "TruthTrack",
    "User",
]
