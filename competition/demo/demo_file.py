"""`demo.json`: the address, the log-ins and two files, for programs that use the demo."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from competition.demo.people import LogIn
from competition.embedded.accounts import Account
from competition.embedded.folders import make_folder, write_file

FILES = "files"


@dataclass(frozen=True)
class Participant:
    """A person with the team that the person is in."""

    log_in: LogIn
    team: str


def kept_log_ins(path: Path) -> dict[str, LogIn]:
    """The log-ins in the file of an earlier start by their user names; none where no file can be read."""
    try:
        demo = json.loads(path.read_bytes())
        people = [demo["organizer"], *demo["participants"]]
        return {person["username"]: LogIn(person["username"], person["password"], person["token"]) for person in people}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def files_beside(path: Path) -> dict[str, Path]:
    """Where the files to upload are, by track."""
    return {track: path.absolute().parent / FILES / f"{track}.csv" for track in ("detection", "classification")}


def write_files(path: Path, contents: dict[str, bytes]) -> None:
    """Write the files to upload beside `path`, for the owner's eyes only."""
    make_folder(path.absolute().parent / FILES, _me(), 0o700)
    for track, file in files_beside(path).items():
        write_file(file, contents[track].decode(), _me())


def write_demo_file(
    path: Path, *, base_url: str, competition: str, organizer: LogIn, participants: list[Participant]
) -> None:
    """Write the file in the place of the old one, for the owner's eyes only."""
    demo = {
        "base_url": base_url,
        "competition": competition,
        "organizer": asdict(organizer),
        "participants": [asdict(person.log_in) | {"team": person.team} for person in participants],
        "files": {track: str(file) for track, file in files_beside(path).items()},
    }
    write_file(path.absolute(), json.dumps(demo, indent=1) + "\n", _me())


def _me() -> Account:
    return Account(os.geteuid(), os.getegid())
