"""The script's own books: who is in which team, what was handed in, and what the rules say of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

TRACKS = ("detection", "classification")
CHOICES = 2


@dataclass(eq=False)
class Person:
    """Somebody with a token for the API."""

    name: str
    token: str = ""


@dataclass(eq=False)
class Team:
    """A team: what it is for in the play, how good it is, and who is in it."""

    name: str
    role: str
    skill: dict[str, float]
    enters_on: int
    people: list[Person]
    days: list[tuple[int, str]]
    """On which days it uploads to which track of its own accord."""
    members: list[Person] = field(default_factory=list)
    invitation: str = ""
    joined: "Team | None" = None

    @property
    def stands_as(self) -> "Team":
        """The team itself, or the one that it has joined."""
        return self if self.joined is None else self.joined.stands_as

    @property
    def baseline(self) -> bool:
        """Shown and not ranked."""
        return self.role == "baseline"


@dataclass(eq=False)
class Upload:
    """What was accepted, by its receipt."""

    key: str
    team: Team
    phase: str
    track: str
    received: datetime
    content: bytes
    late: bool
    withdrawn: bool = False
    disqualified: bool = False
    refunded: bool = False
    chosen: int = 0
    """The number of the choice; 0: not chosen."""
    declared: bool = False
    """Whether its team has said which external data and models it rests on."""


@dataclass(eq=False)
class Phase:
    """A phase as it was announced, and what became of it."""

    key: str
    opens: datetime
    closes: datetime
    daily: int
    total: int
    holds: bool
    late: tuple[int, int] | None = None
    revealed: bool = False
    picks: set[str] | None = None
    """What stands on the final board, once that is frozen."""


@dataclass(frozen=True)
class Verdict:
    """What must be answered to a good file, and how much of the limits is used before it."""

    status: int
    code: str = ""
    late: bool = False
    limit: int = 0
    used: int = 0
    total: int = 0
    total_used: int = 0


@dataclass
class Books:
    """All that the script knows without asking the server."""

    phases: dict[str, Phase]
    teams: list[Team]
    uploads: list[Upload] = field(default_factory=list)
    allowances: list[tuple[Team, str, str, date, int]] = field(default_factory=list)
    version: int = 1
    _choices: int = 0

    def of(self, team: Team, phase: str, track: str) -> list[Upload]:
        """What the team has handed in there."""
        return [up for up in self.uploads if (up.team, up.phase, up.track) == (team, phase, track)]

    def phase_at(self, at: datetime) -> Phase | None:
        """The one that is open then."""
        return next((phase for phase in self.phases.values() if phase.opens <= at < phase.closes), None)

    def verdict(self, team: Team, track: str, at: datetime, phase: str | None = None) -> Verdict:
        """Must a good file be taken at that instant?"""
        asked = self.phases[phase] if phase else self.phase_at(at)
        late = asked is not None and at >= asked.closes
        if asked is None or at < asked.opens or (late and asked.late is None):
            return Verdict(403, "phase_closed")
        daily, total = asked.late if late and asked.late else (asked.daily, asked.total)
        for whose, of_phase, of_track, day, extra in self.allowances:
            if (whose.stands_as, of_phase, of_track) == (team, asked.key, track) and not late:
                total += extra
                daily += extra if day == at.date() else 0
        counted = [up for up in self.of(team, asked.key, track) if up.late == late and not up.refunded]
        used = sum(up.received.date() == at.date() for up in counted)
        spent = used >= daily or len(counted) >= total
        code = "quota_spent" if spent else ""
        return Verdict(429 if spent else 201, code, late, daily, used, total, len(counted))

    def book(self, upload: Upload) -> None:
        """Write an accepted upload down."""
        self.uploads.append(upload)

    def choose(self, upload: Upload) -> None:
        """The team chooses it; beyond two the oldest choice gives way."""
        self._choices += 1
        upload.chosen = self._choices
        self._keep_newest(upload.team, upload.phase, upload.track)

    def merge(self, into: Team, joining: Team) -> None:
        """All that is of the one is the other's from now on."""
        joining.joined = into
        into.members += joining.members
        joining.members = []
        for upload in self.uploads:
            if upload.team is joining:
                upload.team = into
        for phase in self.phases:
            for track in TRACKS:
                self._keep_newest(into, phase, track)

    def _keep_newest(self, team: Team, phase: str, track: str) -> None:
        chosen = sorted((up for up in self.of(team, phase, track) if up.chosen), key=lambda up: -up.chosen)
        for upload in chosen[CHOICES:]:
            upload.chosen = 0

    def may_merge_by_uploads(self, one: Team, other: Team, at: datetime) -> bool:
        """Together they have handed in no more than one team could have: days so far × daily limit, and the total."""
        for phase in self.phases.values():
            for track in TRACKS:
                counts = [
                    sum(not up.refunded and not up.late for up in self.of(team, phase.key, track))
                    for team in (one, other)
                ]
                if not all(counts):
                    continue
                days = (min(at, phase.closes - timedelta(microseconds=1)).date() - phase.opens.date()).days + 1
                extra = sum(
                    extra
                    for whose, of_phase, of_track, _, extra in self.allowances
                    if whose.stands_as in (one, other) and (of_phase, of_track) == (phase.key, track)
                )
                if at >= phase.closes or sum(counts) > min(phase.total, days * phase.daily) + extra:
                    return False
        return True

    def boards(self) -> Iterator[tuple[Phase, str]]:
        """The phases and tracks that something was handed in to."""
        for phase in self.phases.values():
            for track in TRACKS:
                if any(up.phase == phase.key and up.track == track for up in self.uploads):
                    yield phase, track

    def named(self, role: str) -> Team:
        """The team with a part in the play."""
        return next(team for team in self.teams if team.role == role)

    def living(self) -> list[Team]:
        """Teams that have entered and have not joined another."""
        return [team for team in self.teams if team.members]
