"""What a newcomer sees once the demo serves."""

import json
from pathlib import Path

SHOWN_PARTICIPANTS = 2


def first_screen(demo_file: Path) -> str:
    """Return the address and the log-ins, and as the last line the one that programs wait for."""
    demo = json.loads(demo_file.read_text())
    people = [("organizer", demo["organizer"]), *(("participant", p) for p in demo["participants"])]
    width = max(len(person["username"]) for _, person in people)
    shown = people[: 1 + SHOWN_PARTICIPANTS]
    lines = [f"  {role:<12} {person['username']:<{width}}  {person['password']}" for role, person in shown]
    return "\n".join(
        [
            "",
            f"  The demo competition (made-up data) is at {demo['base_url']}/",
            "",
            "  Log in as    user name and password",
            *lines,
            "",
            f"  Everybody's log-ins, API tokens and two files to upload: {demo_file}",
            "  Ctrl-C stops it; the data stays for the next time.",
            "",
            f"ready {demo['base_url']}",
        ]
    )
