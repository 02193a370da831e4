"""A snapshot of a board as an entry for a bibliography program."""

import re
from typing import Any

from competition.models import Board, Phase, Track

SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
"""What means something to TeX, and how it is said instead."""


def cite_board(board: Board, phase: Phase, track: Track, *, address: str, entry: dict[str, Any] | None = None) -> str:
    """BibTeX: what the board is of, its version and date, and where it stays. entry: the row of the team to name."""
    competition, at = phase.competition, board.published_at
    title = f"{competition.title}: {track.get_kind_display()} board, {phase.title}, version {board.version}"
    note = f"{board.metric}, metrics version {board.metric_version}, published {at:%Y-%m-%d %H:%M} UTC"
    if entry is not None:
        note += f". {_place_of(entry)}"
    fields = {
        "title": f"{{{escaped(title)}}}",
        "year": f"{at:%Y}",
        "month": f"{at:%b}".lower(),
        "howpublished": rf"\url{{{address.replace('%', chr(92) + '%').replace('#', chr(92) + '#')}}}",
        "note": escaped(note),
    }
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}" for name, value in fields.items()]
    key = re.sub(r"[^A-Za-z0-9-]", "-", f"{competition.slug}-{phase.key}-{track.kind}-{board.version}")
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"


def escaped(text: str) -> str:
    """The text as TeX prints it."""
    return "".join(SPECIAL.get(letter, letter) for letter in text)


def _place_of(entry: dict[str, Any]) -> str:
    place = "Baseline" if entry["rank"] is None else f"Rank {entry['rank']}"
    if entry["rank"] is not None and entry["rank_low"] != entry["rank_high"]:
        place += f" ({entry['rank_low']} to {entry['rank_high']})"
    interval = entry["interval"]
    between = f", 95 % interval {interval[0]:.3f} to {interval[1]:.3f}" if interval else ""
    return f"{place}: {entry['team']}, {entry['score']:.3f}{between}"
