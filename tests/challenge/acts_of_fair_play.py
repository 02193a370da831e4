"""Rules that change with notice, a last day for entering, declarations, and prizes."""

from typing import Any

from tests.challenge.books import Team
from tests.challenge.play import Play
from tests.challenge.server import Deviation

SPECIAL, OPEN = "special", "open"
BRACKETS: list[dict[str, Any]] = [
    {
        "key": SPECIAL,
        "title": "Special prize",
        "phase": "main",
        "track": "detection",
        "eligibility": "All members are students.",
        "prizes": ["A special prize"],
    },
    {
        "key": OPEN,
        "title": "Prizes",
        "phase": "main",
        "track": "detection",
        "prizes": ["First", "Second", "Third"],
    },
]
CLAIMING = ("accused", "leader", "chooser")


def rules_are_announced(play: Play) -> None:
    """The first version comes with a week's notice, since teams have entered already."""
    play.organize("POST", "rules", expect=201, json={"version": "1", "text": "# Rules\n\nDo not label by hand."})


def rules_are_accepted(play: Play) -> None:
    """All but one team accept before the rules are in force."""
    for team in play.books.living():
        for person in team.members if team.role != "greedy" else []:
            play.server.call(person, "POST", "rules/1/accept", expect=200)
            play.counted["acceptances of the rules"] += 1


def rules_are_in_force(play: Play) -> None:
    """Who has not accepted hands nothing in until that is done."""
    team = play.books.named("greedy")
    content = play.draw(team, "detection")
    answer = play.server.upload(team.members[0], "detection", content)
    if (answer.status_code, answer.json()["code"]) != (403, "rules_not_accepted"):
        raise Deviation(f"upload without the rules: {answer.status_code} {answer.text}")
    play.refused["rules_not_accepted"] += 1
    play.server.call(team.members[0], "POST", "rules/1/accept", expect=200)
    play.upload(team, "detection", content)


def too_late_to_enter(play: Play) -> None:
    """The last day for entering has passed, also for joining a team."""
    guest = play.remembered["guest"]
    for way in ({"team": "Late"}, {"invitation": play.books.named("proud").invitation}):
        words = {**way, "accept_terms": "1", "accept_rules": "1"}
        play.server.call(guest, "POST", "entry", expect=403, code="entry_closed", json=words)
        play.refused["entry_closed"] += 1


def claims(play: Play) -> None:
    """Three teams claim the special prize; one claim is refused."""
    for role in CLAIMING:
        team = play.books.named(role)
        words = {"statement": "We are students."}
        play.server.call(team.members[0], "POST", f"brackets/{SPECIAL}/claim", expect=201, json=words)
        decision = {"team": team.name, "bracket": SPECIAL, "confirm": role != "leader", "reason": "Seen the cards."}
        play.organize("POST", "claims/decision", expect=200, json=decision)


def declarations(play: Play) -> None:
    """Every team but one declares for what stands for it; nothing new after the last day for external data."""
    item = {"kind": "model", "name": "A net", "source": "A paper", "licence": "MIT", "public": True}
    picks = play.books.phases["main"].picks or set()
    for upload in play.books.uploads:
        if upload.key in picks and upload.team.role != "copycat" and not upload.team.baseline:
            path = f"/submissions/{upload.key}/declarations"
            person = upload.team.members[0]
            if play.counted["declarations"] == 0:
                play.server.call(person, "POST", path, expect=403, json={"items": [item]})
            play.server.call(person, "POST", path, expect=201, json={"none": True})
            play.counted["declarations"] += 1
            upload.declared = True


def awards(play: Play) -> None:
    """Brackets in their order, no team twice; who declines, is disqualified or declares nothing is passed over."""
    play.measure()
    first = next(team for team in _in_order(play) if not _passed_over(play, team))
    play.server.call(first.members[0], "POST", f"brackets/{OPEN}/decline", expect=200)
    play.remembered["declines"] = first
    told = play.organize("GET", "phases/main/awards?track=detection", expect=200).json()
    said = [(row["bracket"], row["prize"], row["team"]) for row in told["awards"]]
    if said != (must := _must_win(play)) or told["waiting"]:
        raise Deviation(f"awards: {said}, must be {must}, waiting {told['waiting']}")
    play.organize("POST", "phases/main/awards", expect=201, json={"track": "detection"})
    announced = play.server.call(play.reader, "GET", "awards", expect=200).json()
    play.counted["awards compared"] += len(must)
    if len(announced) != 1:
        raise Deviation(f"awards that are announced: {announced}")


def _in_order(play: Play) -> list[Team]:
    rows = play.expected.board(play.books.phases["main"], "detection", play.books.version, final=True)
    teams = {team.name: team for team in play.books.living()}
    return [teams[row["team"]] for row in rows if row["rank"] is not None]


def _passed_over(play: Play, team: Team) -> bool:
    ups = play.books.of(team, "main", "detection")
    picks = play.books.phases["main"].picks or set()
    standing = [up for up in ups if up.key in picks and not (up.withdrawn or up.disqualified)]
    return any(up.disqualified for up in ups) or not all(up.declared for up in standing)


def _must_win(play: Play) -> list[tuple[str, str, str]]:
    won: list[tuple[str, str, str]] = []
    winners: set[Team] = set()
    confirmed = [play.books.named(role).stands_as for role in CLAIMING if role != "leader"]
    for bracket in BRACKETS:
        may = [team for team in _in_order(play) if not _passed_over(play, team) and team not in winners]
        if bracket["key"] == SPECIAL:
            may = [team for team in may if team in confirmed]
        else:
            may = [team for team in may if team is not play.remembered["declines"]]
        for prize, team in zip(bracket["prizes"], may, strict=False):
            won.append((bracket["key"], prize, team.name))
            winners.add(team)
    return won
