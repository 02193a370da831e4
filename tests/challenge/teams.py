"""The made-up teams: parts that the play needs, and teams that just take part."""

import numpy as np

from tests.challenge.books import TRACKS, Person, Team

PARTS = (
    "greedy",
    "tireless",
    "bride",
    "groom",
    "eager",
    "hasty",
    "proud",
    "shunned",
    "leader",
    "copycat",
    "cheat",
    "accused",
    "repentant",
    "unlucky",
    "favoured",
    "crowd",
    "chooser",
    "wavering",
    "nightly",
    "latecomer",
    "baseline",
)
"""What each does is told in `events`."""
FEWEST_TEAMS = len(PARTS)
FEW = 50
"""Fewer teams than that upload of their own accord on days only on which something happens anyway."""
PEOPLE = (0.35, 0.25, 0.18, 0.12, 0.10)
"""Share of the teams with 1, 2, … 5 people."""
SKILL = {"leader": 0.9, "cheat": 0.95, "copycat": 0.6, "accused": 0.85, "repentant": 0.8, "baseline": 0.1}


def draw_teams(seed: int, number: int, *, last_day: int, busy: list[int]) -> list[Team]:
    """So many teams, of which the first have parts in the play. Few teams upload on days only on which much happens."""
    rng = np.random.default_rng([seed, 2])
    roles = [*PARTS, *["plain"] * (number - len(PARTS))]
    teams = [_draw(rng, place, role, last_day) for place, role in enumerate(roles)]
    if number < FEW:
        for team in teams:
            team.days = [(max(on for on in busy if on <= max(day, team.enters_on)), track) for day, track in team.days]
    return teams


def _draw(rng: np.random.Generator, place: int, role: str, last_day: int) -> Team:
    many = {"crowd": 5, "bride": 2, "groom": 2, "leader": 3}.get(role, 1)
    if role == "plain":
        many = 1 + int(rng.choice(5, p=PEOPLE))
    if role == "greedy":
        last_day = 20
    skill = {track: SKILL.get(role, float(np.clip(rng.normal(0.5, 0.2), 0.02, 0.95))) for track in TRACKS}
    enters_on = int(rng.integers(0, 36)) if role == "plain" else 0
    uploads = int(rng.integers(2, 7)) if role == "plain" else int(rng.integers(1, 3))
    days = sorted((int(rng.integers(enters_on, last_day + 1)), TRACKS[int(rng.integers(2))]) for _ in range(uploads))
    name = f"Lung Lab {place:03d}" if role == "plain" else f"The {role} {place:03d}"
    people = [Person(f"p{place:03d}-{number}") for number in range(many)]
    return Team(name, role, skill, enters_on, people, days)
