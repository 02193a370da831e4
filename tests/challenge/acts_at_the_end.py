"""The choices, the close, the private boards, and the results."""

import csv
import io
from datetime import timedelta

from tests.challenge.acts_of_organizers import disqualify
from tests.challenge.books import TRACKS, Upload
from tests.challenge.play import Play
from tests.challenge.server import Deviation


def choosing(play: Play) -> None:
    """Some teams choose what they believe in, some more than they may, and some nothing; some change their minds."""
    rng = play.rng()
    for team in play.books.living():
        for track in TRACKS:
            ups = [up for up in play.books.of(team, "main", track) if not (up.withdrawn or up.disqualified)]
            if not ups or (team.role != "chooser" and rng.random() < 0.5):
                continue
            for place in rng.permutation(len(ups))[: int(rng.integers(1, 4))]:
                play.choose(ups[int(place)])
    wavering = play.books.of(play.books.named("wavering"), "main", "detection")
    play.choose(wavering[0])
    play.act(wavering[0], "unselect")
    wavering[0].chosen = 0
    play.choose(wavering[1])
    play.withdraw(wavering[0])
    play.act(wavering[0], "unwithdraw")
    wavering[0].withdrawn = False
    play.withdraw(wavering[1])
    play.act(wavering[1], "select", expect=409, code="not_on_board")


def the_close(play: Play) -> None:
    """A file just before the close counts, one at its very instant is late; late ones have their own limits."""
    phase, team = play.books.phases["main"], play.books.named("latecomer")
    play.clock.move_to(phase.closes - timedelta(seconds=20))
    play.upload(team, "detection", phase="main")
    play.measure()
    for track in TRACKS:
        rows = play.expected.board(phase, track, play.books.version, final=False)
        play.remembered[f"public ranks main {track}"] = {row["team"]: row["rank"] for row in rows}
    play.clock.move_to(phase.closes)
    for _ in range(2):
        play.upload(team, "detection", phase="main")
    play.act(_withdrawn(play), "unwithdraw", expect=403, code="phase_closed")
    chosen = next(up for up in play.books.uploads if up.phase == "main" and not (up.chosen or up.withdrawn or up.late))
    play.act(chosen, "select", expect=403, code="phase_closed")


def _withdrawn(play: Play) -> Upload:
    return next(up for up in play.books.uploads if up.withdrawn and up.phase == "main")


def picks_are_frozen(play: Play) -> None:
    """A minute after the close it is written down what stands."""
    play.measure()
    frozen = "SELECT count(*) FROM competition_phase WHERE picks_frozen_at IS NOT NULL"
    play.wait(lambda: play.count(frozen) == 2, "the freezing of the picks")
    play.expected.freeze(play.books.phases["main"])
    for _ in range(2):
        play.upload(play.books.named("latecomer"), "detection", phase="main")


def first_is_frozen(play: Play) -> None:
    """The first phase has closed; it is published with the main one."""
    play.measure()
    frozen = "SELECT count(*) FROM competition_phase WHERE picks_frozen_at IS NOT NULL"
    play.wait(lambda: play.count(frozen) == 1, "the freezing of the picks")
    play.expected.freeze(play.books.phases["first"])


def publication(play: Play) -> None:
    """The private boards."""
    play.measure()
    for phase in play.books.phases.values():
        for track in TRACKS:
            if phase.key == "first":
                rows = play.expected.board(phase, track, play.books.version, final=False)
                play.remembered[f"public ranks first {track}"] = {row["team"]: row["rank"] for row in rows}
        play.server.call(play.books.named("leader").members[0], "POST", f"phases/{phase.key}/publish", expect=404)
        play.organize("POST", f"phases/{phase.key}/publish", expect=200)
        phase.revealed = True


def regrets_are_told(play: Play) -> None:
    """What each team's choice has cost it on the private part."""
    for phase in play.books.phases.values():
        told = play.organize("GET", f"phases/{phase.key}/picks", expect=200).json()
        must = play.expected.regrets(phase)
        if {(row["track"], row["team"]) for row in told} != set(must):
            raise Deviation(f"picks of {phase.key} are told of other teams than must be")
        for row in told:
            picks, score, best_one = must[row["track"], row["team"]]
            same = set(row["submissions"]) == picks and abs(row["best"] - best_one) < 1e-9
            if not same or (score is None) != (row["score"] is None) or abs((row["score"] or 0) - (score or 0)) > 1e-9:
                raise Deviation(f"picks of {phase.key}: {row}, must be {must[row['track'], row['team']]}")
        play.counted["regrets compared"] += len(told)


def results(play: Play) -> None:
    """Provisional, then verified, without a team that has declared nothing; not final while teams may object."""
    play.organize("POST", "phases/main/appeals", expect=200, json={"days": 7})
    words = {"results": "verified", "reason": "The winners' code was run again."}
    play.organize("POST", "phases/main/results", expect=409, json={**words, "results": "final"})
    if any(_stands_undeclared(play, upload) for upload in play.books.uploads):
        play.organize("POST", "phases/main/results", expect=409, code="not_declared", json=words)
    play.organize("POST", "phases/main/results", expect=200, json={**words, "leave_undeclared": True})
    play.organize("POST", "phases/main/results", expect=409, code="appeals_open", json={**words, "results": "final"})


def _stands_undeclared(play: Play, upload: Upload) -> bool:
    picks = play.books.phases["main"].picks or set()
    off = upload.withdrawn or upload.disqualified or upload.team.baseline
    return upload.key in picks and not upload.declared and not off


def appeal_is_upheld(play: Play) -> None:
    """The team in front is disqualified after the publication: all below it move up, and no pick is made anew."""
    play.measure()
    rows = play.expected.board(play.books.phases["main"], "detection", play.books.version, final=True)
    first = next(row for row in rows if row["rank"] == 1)
    disqualify(play, next(up for up in play.books.uploads if up.key == first["key"]))


def final_results(play: Play) -> None:
    """The appeals are over."""
    words = {"results": "final", "reason": "Nobody objects any more."}
    play.organize("POST", "phases/main/results", expect=200, json=words)


def export(play: Play) -> None:
    """Everything that was handed in is in the organizer's table, with its hash and its score."""
    table = play.organize("GET", "export", expect=200).text
    play.measure()
    told = {row["id"]: row for row in csv.DictReader(io.StringIO(table))}
    if set(told) != {up.key for up in play.books.uploads}:
        raise Deviation("the export holds other submissions than were accepted")
    for upload in play.books.uploads:
        row = told[upload.key]
        state = "failed" if upload.refunded else "scored"
        if (row["state"], row["team"], row["late"]) != (state, upload.team.name, str(upload.late)):
            raise Deviation(f"export: {row}")
        if state == "scored":
            own = play.scores.value(upload, play.books.version, "private")
            if abs(float(row["score"]) - own) > 1e-9:
                raise Deviation(f"export: {upload.key} scores {row['score']}, must be {own}")
    play.counted["rows of the export compared"] += len(told)
