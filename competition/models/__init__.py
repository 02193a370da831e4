"""The nouns of the competition, their constraints and their reading words."""

from competition.models.announcement import Announcement
from competition.models.audit import AuditEvent, AuditHead
from competition.models.award import Award, Awards
from competition.models.board import Board, PastScore, PublishRequest
from competition.models.bracket import Bracket, Claim, ClaimState, Decline
from competition.models.competition import Competition, Manifest, Terms, now_in
from competition.models.deadline import Deadline, DeadlineExtension
from competition.models.declaration import Declaration
from competition.models.entrant import Entrant, EntrantState
from competition.models.erratum import ErrataBatch, ErratumReport, Outcome
from competition.models.evaluation import Attempt, Evaluation, RetryRequest
from competition.models.handout import Handout
from competition.models.hint import Hint, HintKind, Signature
from competition.models.imported import ImportedEvent
from competition.models.launch import LaunchCheck
from competition.models.letter import Letter, LetterAddress, LetterState
from competition.models.merger import Merger, MergerState
from competition.models.phase import Detail, Extension, Phase, Results, Shows
from competition.models.recount import Recount
from competition.models.rules import RulesAcceptance, RulesVersion
from competition.models.score import Part, Score
from competition.models.submission import Allowance, Quota, Revocation, Submission
from competition.models.team import Acceptance, Departure, Membership, Team
from competition.models.token import ApiToken
from competition.models.track import Track, TrackKind
from competition.models.truth import GroundTruth, SealedSplit, SealedTruth, Split, TruthTrack
from competition.models.user import User

__all__ = [
    "Acceptance",
    "Allowance",
    "Announcement",
    "ApiToken",
    "Attempt",
    "AuditEvent",
    "AuditHead",
    "Award",
    "Awards",
    "Board",
    "Bracket",
    "Claim",
    "ClaimState",
    "Competition",
    "Deadline",
    "DeadlineExtension",
    "Declaration",
    "Decline",
    "Departure",
    "Detail",
    "Entrant",
    "EntrantState",
    "ErrataBatch",
    "ErratumReport",
    "Evaluation",
    "Extension",
    "GroundTruth",
    "Handout",
    "Hint",
    "HintKind",
    "ImportedEvent",
    "LaunchCheck",
    "Letter",
    "LetterAddress",
    "LetterState",
    "Manifest",
    "Membership",
    "Merger",
    "MergerState",
    "Outcome",
    "Part",
    "PastScore",
    "Phase",
    "PublishRequest",
    "Quota",
    "Recount",
    "Results",
    "RetryRequest",
    "Revocation",
    "RulesAcceptance",
    "RulesVersion",
    "Score",
    "SealedSplit",
    "SealedTruth",
    "Shows",
    "Signature",
    "Split",
    "Submission",
    "Team",
    "Terms",
    "Track",
    "TrackKind",
    "TruthTrack",
    "User",
    "now_in",
]
