"""What the organizer does while the phases run, and what teams take off the board."""

from datetime import timedelta

from tests.challenge.books import Upload
from tests.challenge.play import Play
from tests.challenge.server import SLUG, Deviation
from tests.challenge.standing import best
from tests.challenge.world import truth_files

EXTENDED_TO = 87


def _best_of(play: Play, role: str, track: str, phase: str) -> Upload:
    play.measure()
    team = play.books.named(role).stands_as
    ups = {up.key: up for up in play.books.of(team, phase, track) if not (up.withdrawn or up.disqualified or up.late)}
    return ups[best([play.scores.measured(up, play.books.version, "public") for up in ups.values()]).key]


def regret(play: Play) -> None:
    """A team takes its best off the board; its limit stays used."""
    play.withdraw(_best_of(play, "repentant", "detection", "first"))


def disqualify(play: Play, upload: Upload) -> None:
    play.server.call(upload.team.members[0], "POST", f"/submissions/{upload.key}/disqualify", expect=403, json={})
    words = {"reason": "The test images were labelled by hand."}
    play.organize("POST", f"/submissions/{upload.key}/disqualify", expect=200, json=words)
    upload.disqualified = True
    play.counted["disqualifications"] += 1


def cheat_is_found(play: Play) -> None:
    """Off the board with a public reason."""
    disqualify(play, _best_of(play, "cheat", "detection", "first"))


def accusation(play: Play) -> None:
    """The best of two teams is disqualified."""
    play.remembered["accused"] = _best_of(play, "accused", "classification", "main")
    disqualify(play, play.remembered["accused"])
    disqualify(play, _best_of(play, "cheat", "classification", "main"))


def acquittal(play: Play) -> None:
    """One of them was right."""
    upload = play.remembered["accused"]
    words = {"reason": "The team has shown how the file was made."}
    play.organize("POST", f"/submissions/{upload.key}/restore", expect=200, json=words)
    upload.disqualified = False
    play.counted["restored"] += 1


def correction_is_tried(play: Play) -> None:
    """A dry run stores nothing; then the corrected labels are staged, held, and everything is scored against them."""
    files = {kind: (f"{kind}.csv", content) for kind, content in truth_files(play.world, play.world.right).items()}
    play.organize("POST", "truth?dry_run=1", expect=200, files=files)
    if play.count("SELECT count(*) FROM competition_groundtruth") != 1:
        raise Deviation("a dry run has stored a version")
    words = {"confirm": SLUG, "reason": "Twelve labels were wrong.", "hold": "1"}
    play.organize("POST", "truth", expect=201, files=files, data=words)
    for role in ("leader", "wavering"):
        play.upload(play.books.named(role), "detection")


def rank_changes_are_told(play: Play) -> None:
    """What the held version would change is what the script's own boards say; then it is confirmed and takes over."""
    play.measure()
    told = play.organize("GET", "truth/2", expect=200).json()["rank_changes"]
    said = {
        (row["phase"], row["track"], row["part"], row["team"]): tuple(
            row[name] for name in ("rank_before", "rank_after", "score_before", "score_after")
        )
        for row in told
    }
    if said != (must := _changes(play)):
        wrong = [(key, said.get(key), must.get(key)) for key in {*said, *must} if said.get(key) != must.get(key)]
        raise Deviation(f"rank changes: (what, told, must be) {wrong[:10]}")
    play.counted["rank changes compared"] += len(must)
    play.counted["teams that the correction moves"] += sum(row["rank_before"] != row["rank_after"] for row in told)
    play.organize("POST", "truth/2/confirm", expect=409, code="not_confirmed", json={"confirm": "wrong"})
    play.organize("POST", "truth/2/confirm", expect=200, json={"confirm": SLUG})
    active = "SELECT count(*) FROM competition_groundtruth WHERE state = 'active' AND version = 2"
    play.wait(lambda: play.count(active) == 1, "the switch")
    play.books.version = 2


def _changes(play: Play) -> dict[tuple[str, ...], tuple[object, ...]]:
    must = {}
    for phase, track in play.books.boards():
        for final in (False, True):
            old, new = (
                {
                    row["team"]: row
                    for row in play.expected.board(phase, track, version, final=final)
                    if not row["baseline"]
                }
                for version in (1, 2)
            )
            for team in {*old, *new}:
                ranks = [rows[team]["rank"] if team in rows else None for rows in (old, new)]
                scores = [rows[team]["score"] if team in rows else None for rows in (old, new)]
                must[phase.key, track, "private" if final else "public", team] = (*ranks, *scores)
    return must


def too_early(play: Play) -> None:
    """The final board is not published while the phase runs."""
    play.organize("POST", "phases/main/publish", expect=409, code="phase_open")


def extension(play: Play) -> None:
    """The phase closes later than was said, for a reason that everybody reads."""
    phase = play.books.phases["main"]
    closes = play.start + timedelta(days=EXTENDED_TO)
    words = {"closes_at": closes.isoformat(), "reason": ""}
    play.organize("POST", "phases/main/extend", expect=400, json=words)
    play.organize("POST", "phases/main/extend", expect=200, json={**words, "reason": "The server was moved."})
    phase.closes = closes
    shown = play.server.call(play.reader, "GET", "", expect=200).json()["phases"][1]
    if shown["extensions"][0]["reason"] != "The server was moved.":
        raise Deviation(f"the extension is not told: {shown}")
