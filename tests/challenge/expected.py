"""The boards that must be there, made from the script's own books and numbers."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.challenge.books import CHOICES, Books, Phase, Upload
from tests.challenge.scores import Scores
from tests.challenge.standing import (
    Measured,
    Pairs,
    best,
    by_team,
    rows,
    stands_with_best,
    stands_with_held,
    stands_with_picks,
    steps,
    to_three,
    to_unit,
)


@dataclass
class Expected:
    """What a board must say now, or would say under another version of the labels or on the private part."""

    books: Books
    scores: Scores
    pairs: Pairs

    def board(self, phase: Phase, track: str, version: int, *, final: bool) -> list[dict[str, Any]]:
        """Its rows, best first."""
        part = "private" if final else "public"
        measured = self._measured(phase, track, version, part)
        holds = phase.holds and not final
        if final:
            stands = stands_with_picks(measured, self.picks(phase, track, version))
        else:
            stands = stands_with_held(measured) if holds else stands_with_best(measured)
        found = rows(stands, self.pairs, version, part, tell_pairs=not holds)
        counts = Counter(up.team.name for up in self._uploads(phase, track))
        received = {one.key: one.received for one in measured}
        for row in found:
            ends = self.scores.stored[row["key"], version, part][1]
            row["interval"] = [round(end, 2 if holds else 3) for end in ends]
            row["submissions"], row["submitted_at"] = counts[row["team"]], received[row["key"]]
        return found

    def picks(self, phase: Phase, track: str, version: int) -> set[str]:
        """What stands on the final board: as it was frozen or, before that, as it would be now."""
        if phase.picks is not None:
            return phase.picks
        chosen = {up.key: up.team.name for up in self._uploads(phase, track) if up.chosen and not up.withdrawn}
        have_chosen, fallback = set(chosen.values()), set()
        for team in by_team(self._measured(phase, track, version, "public")):
            if team[0].team not in have_chosen:
                fallback |= {one.key for one in self._shown_best(team, phase)[:CHOICES]}
        return set(chosen) | fallback

    def freeze(self, phase: Phase) -> None:
        """The phase is closed: what stands for each team is settled."""
        tracks = [track for of, track in self.books.boards() if of is phase]
        phase.picks = set().union(*(self.picks(phase, track, self.books.version) for track in tracks))

    def regrets(self, phase: Phase) -> dict[tuple[str, str], tuple[set[str], float | None, float]]:
        """(track, team) → its picks, their best score on the private part, and the best that it could have had."""
        found = {}
        for track in ("detection", "classification"):
            measured = self._measured(phase, track, self.books.version, "private")
            for team in by_team([one for one in measured if not one.withdrawn]):
                picked = [one for one in team if one.key in (phase.picks or set())]
                score = best(picked).value if picked else None
                found[track, team[0].team] = ({one.key for one in picked}, score, best(team).value)
        return found

    def _shown_best(self, team: list[Measured], phase: Phase) -> list[Measured]:
        shown = {one.key: to_three(one.value) for one in team}
        if phase.holds:
            shown = {one.key: to_unit(one.value) for one in steps(team)}
        left = [one for one in team if one.key in shown and not one.withdrawn]
        return sorted(left, key=lambda one: (-shown[one.key], one.received, one.key))

    def _uploads(self, phase: Phase, track: str) -> list[Upload]:
        return [
            up
            for up in self.books.uploads
            if (up.phase, up.track) == (phase.key, track) and not (up.late or up.refunded)
        ]

    def _measured(self, phase: Phase, track: str, version: int, part: str) -> list[Measured]:
        return [self.scores.measured(up, version, part) for up in self._uploads(phase, track) if not up.disqualified]
