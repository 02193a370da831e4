"""What the teams do: entering, handing in, merging, leaving."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from tests.challenge.books import TRACKS, Team
from tests.challenge.play import Play
from tests.challenge.server import Deviation
from tests.running import scoring_held


def entry_is_refused_where_it_must_be(play: Play) -> None:
    """Old terms, a name that looks like another, a second entry, a team that is full."""
    crowd, greedy = play.books.named("crowd"), play.books.named("greedy")
    guest = play.remembered["guest"]
    words = {"team": "Another", "accept_terms": "0"}
    play.server.call(guest, "POST", "entry", expect=400, code="terms_not_accepted", json=words)
    words = {"team": greedy.name.upper().replace("O", "0"), "accept_terms": "1"}
    play.server.call(guest, "POST", "entry", expect=409, code="team_name_taken", json=words)
    words = {"invitation": crowd.invitation, "accept_terms": "1"}
    play.server.call(guest, "POST", "entry", expect=409, code="team_full", json=words)
    play.server.call(greedy.members[0], "POST", "entry", expect=409, code="entered_already", json=words)


def eight_at_once(play: Play) -> None:
    """A team sends eight files at the same instant; its daily limit holds."""
    for track in TRACKS:
        play.upload_at_once(play.books.named("greedy"), track, 8)
        play.upload(play.books.named("greedy"), track)


def all_of_the_day(play: Play) -> None:
    """Two teams that will want to merge use up their days."""
    for role in ("eager", "hasty"):
        for _ in range(3):
            play.upload(play.books.named(role), "detection")


def one_each(play: Play) -> None:
    """Two teams hand in a little before they merge, two others, and some that the play needs on the board."""
    for role in ("bride", "groom", "proud", "shunned", "cheat", "repentant", "crowd"):
        for track in TRACKS:
            play.upload(play.books.named(role), track)


def _propose(play: Play, into: Team, joining: Team, *, expect: int = 201, code: str = "") -> str:
    answer = play.server.call(
        into.members[0], "POST", "team/mergers", expect=expect, code=code, json={"team": joining.name}
    )
    return answer.json().get("id", "")


def _merge(play: Play, into: Team, joining: Team) -> None:
    if not play.books.may_merge_by_uploads(into, joining, play.clock.now()):
        _propose(play, into, joining, expect=409, code="too_many_uploads")
        play.refused["merger"] += 1
        return
    merger = _propose(play, into, joining)
    play.server.call(joining.members[0], "POST", f"team/mergers/{merger}/accept", expect=200)
    play.books.merge(into, joining)
    play.counted["mergers"] += 1


def hasty_merger(play: Play) -> None:
    """Together they have handed in more than one team could have: refused while that is so."""
    _merge(play, play.books.named("eager"), play.books.named("hasty"))
    if play.books.named("hasty").joined:
        raise Deviation("the hasty merger must be refused")


def mergers(play: Play) -> None:
    """One pair merges; another is declined; what the merged team may hand in today is what one team may."""
    into, joining = play.books.named("bride"), play.books.named("groom")
    gone = joining.members[0]
    _merge(play, into, joining)
    for _ in range(3):
        play.upload(into, "detection")
    merger = _propose(play, play.books.named("proud"), play.books.named("shunned"))
    play.server.call(play.books.named("shunned").members[0], "POST", f"team/mergers/{merger}/decline", expect=200)
    play.server.call(gone, "POST", f"team/mergers/{merger}/accept", expect=404)
    play.refused["merger declined"] += 1


def patient_merger(play: Play) -> None:
    """A few days later the same two may."""
    _merge(play, play.books.named("eager"), play.books.named("hasty"))
    if not play.books.named("hasty").joined:
        raise Deviation("the patient merger must be accepted")


def too_late_to_merge(play: Play) -> None:
    """The deadline for merging has passed."""
    into, joining = play.books.named("proud"), play.books.named("shunned")
    _propose(play, into, joining, expect=403, code="merging_closed")
    play.refused["merger"] += 1


def somebody_leaves(play: Play) -> None:
    """Who leaves has no access from that moment on, and founds no other team with fresh limits."""
    crowd = play.books.named("crowd")
    person = crowd.members.pop()
    play.server.call(person, "POST", "team/leave", expect=200)
    upload = play.books.of(crowd, "first", "detection")[0]
    play.server.call(person, "GET", "submissions", expect=403, code="not_entered")
    play.server.call(person, "GET", f"/submissions/{upload.key}", expect=404)
    play.server.call(person, "GET", f"/submissions/{upload.key}/file", expect=404)
    words = {"team": "Fresh limits", "accept_terms": "1"}
    play.server.call(person, "POST", "entry", expect=409, code="left_a_team", json=words)
    play.join(person, play.books.named("wavering"))


def tireless_days(play: Play) -> None:
    """A team hands in all that it may each day, until nothing is left in all."""
    for _ in range(4):
        play.upload(play.books.named("tireless"), "detection")


def leaders(play: Play) -> None:
    """The strong teams hand in to the main phase."""
    for role in ("leader", "accused", "cheat", "repentant", "bride", "eager", "baseline", "chooser", "wavering"):
        for track in TRACKS:
            play.upload(play.books.named(role), track)


def copies(play: Play) -> None:
    """Another team hands in the very bytes of the leader: the same rank, and the earlier receipt is listed first."""
    for track in TRACKS:
        upload = play.books.of(play.books.named("leader"), "main", track)[0]
        play.upload(play.books.named("copycat"), track, upload.content)


def favour(play: Play) -> None:
    """Two more for a team, today."""
    team = play.books.named("favoured")
    words = {"team": team.name, "phase": "main", "track": "detection", "extra": 2, "reason": "The mail was down."}
    play.organize("POST", "allowances", expect=201, json=words)
    play.books.allowances.append((team, "main", "detection", play.clock.now().date(), 2))
    for _ in range(6):
        play.upload(team, "detection")


def midnight(play: Play) -> None:
    """The last minute of a day, and the first second of the next."""
    team, day = play.books.named("nightly"), play.clock.now().date()
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
    play.clock.move_to(midnight - timedelta(seconds=40))
    for _ in range(4):
        play.upload(team, "classification")
    play.clock.move_to(midnight)
    play.upload(team, "classification")


def same_key_twice(play: Play) -> None:
    """A retry with the same key is no second submission."""
    team = play.books.named("chooser")
    key = {"headers": {"Idempotency-Key": "once"}}
    content = play.draw(team, "detection")
    upload = play.upload(team, "detection", content, **key)
    again = play.server.upload(team.members[0], "detection", content, **key)
    other = play.server.upload(team.members[0], "detection", play.draw(team, "detection"), **key)
    if (again.status_code, again.json()["id"], other.status_code) != (200, upload.key, 409):
        raise Deviation(f"the same key again: {again.status_code} {again.text}, {other.status_code} {other.text}")


def nothing_between_phases(play: Play) -> None:
    """The refusal says when the next phase opens."""
    answer = play.server.upload(play.books.named("leader").members[0], "detection", b"x")
    opens = play.books.phases["main"].opens
    if answer.status_code != 403 or f"{opens:%Y-%m-%d %H:%M} UTC" not in answer.json()["detail"]:
        raise Deviation(f"between the phases: {answer.status_code} {answer.text}")
    play.refused["phase_closed"] += 1


def damage(play: Play) -> None:
    """The disk loses a file before it is scored: the server's fault, so that the upload is given back."""
    team = play.books.named("unlucky")
    play.settle()
    with scoring_held():
        upload = play.upload(team, "detection")
        row = play.connection.execute("SELECT file FROM competition_submission WHERE id = %s", [upload.key]).fetchone()
        Path(play.remembered["storage"], row[0]).write_bytes(b"not what came")
    play.wait(
        lambda: play.count("SELECT count(*) FROM competition_evaluation WHERE state = 'failed'") == 1, "the failure"
    )
    upload.refunded = True
    play.counted["uploads given back"] += 1
    for _ in range(4):
        play.upload(team, "detection")
