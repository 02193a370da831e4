"""The benchmark server from Python.

from vindr_bench import Client

client = Client()                                    # host and token as `vindr-bench login` has kept them
submission = client.submit("mine.csv", competition="vindr-cxr", track="detection", message="baseline")
print(submission.wait().score)
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

from vindr_bench.account import Account
from vindr_bench.board import Board
from vindr_bench.checking import check_for
from vindr_bench.comparison import Comparison
from vindr_bench.competition import Competition
from vindr_bench.errors import Misused, NotLoggedIn
from vindr_bench.files import read_predictions
from vindr_bench.judging import seconds_asked
from vindr_bench.kept import Kept
from vindr_bench.meant import server_meant
from vindr_bench.paths import checked_id, competition_path, submission_path
from vindr_bench.submission import Submission
from vindr_bench.transport import FEW, Tell, Transport
from vindr_bench.upload import Progress, as_utf8

if TYPE_CHECKING:
    import httpx


class Client:
    """One account on one server. An argument beats the environment, which beats the file of `vindr-bench login`.

    Errors are those of `vindr_bench.errors`; all of them are BenchError. `tell` hears what happens meanwhile, such as a
    second try, `trace` each request.
    """

    def __init__(
        self,
        token: str | None = None,
        host: str | None = None,
        *,
        insecure_http: bool = False,
        tell: Tell = lambda _: None,
        trace: Tell = lambda _: None,
    ) -> None:
        self.address, secret = server_meant(token, host, insecure_http=insecure_http)
        self.tell = tell
        self.transport = Transport(self.address, secret, tell=tell, trace=trace)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connections."""
        self.transport.close()

    @property
    def metric_version(self) -> str | None:
        """The version of the metrics that the server scores with; None before it has answered."""
        return self.transport.metric_version

    # --- what there is ---

    def account(self) -> Account:
        """Who this token stands for, its teams, what is accepted and what is left of the limits."""
        self.require_token()
        return self.transport.ask(Account.of, "/account")

    def competitions(self) -> list[Competition]:
        """All that may be seen, the oldest first."""
        return self.transport.ask(_competitions, "/competitions")

    def competition(self, slug: str) -> Competition:
        """One of them."""
        return self.transport.ask(Competition.of, competition_path(slug))

    def only_competition(self) -> str:
        """The slug of the server's only competition, or the one that VINDR_BENCH_COMPETITION names."""
        named = os.environ.get("VINDR_BENCH_COMPETITION")
        if named:
            return named
        slugs = [competition.slug for competition in self.competitions()]
        if len(slugs) == 1:
            return slugs[0]
        told = f"say which: {', '.join(slugs)}" if slugs else "there is none on this server"
        raise Misused("competition_missing", f"This needs a competition; {told}.")

    def manifest(self, slug: str) -> bytes:
        """The list of images as CSV."""
        return self.manifest_answer(slug).content

    def manifest_answer(self, slug: str, etag: str | None = None) -> httpx.Response:
        """The list of images with its ETag, or 304."""
        return self.transport.get(competition_path(slug, "manifest"), etag=etag)

    def sample(self, slug: str, track: str) -> bytes:
        """A random file that can be uploaded, as CSV."""
        return self.transport.get(competition_path(slug, "sample"), query={"track": track}).content

    def citation(self, slug: str, *, track: str | None = None, team: str | None = None) -> str:
        """What a publication cites, as BibTeX: the competition, or a track's board now (with a team's place)."""
        if track is None:
            return self.transport.get(competition_path(slug, "citation.bib")).text
        query = {"format": "bibtex", "team": team}
        return self.transport.get(competition_path(slug, "boards", track), query=query).text

    # --- taking part ---

    def enter(
        self,
        slug: str,
        team: str = "",
        *,
        invitation: str = "",
        accept_terms: str = "",
        accept_rules: str = "",
        answers: Sequence[str] = (),
    ) -> Mapping[str, Any]:
        """Found a team, or join one with its invitation, and accept the versions of terms and rules that were read."""
        words = {"team": team, "invitation": invitation, "accept_terms": accept_terms, "accept_rules": accept_rules}
        body = {name: as_utf8(word) for name, word in words.items()}
        self.require_token()
        body_with_answers = {**body, "answers": [as_utf8(answer) for answer in answers]}
        return self.transport.read(dict, self.transport.post(competition_path(slug, "entry"), json=body_with_answers))

    def rules(self, slug: str) -> Mapping[str, Any] | None:
        """The version of the rules that is in force, with its text; None where there is none."""
        page = self.competition(slug).raw["rules_page"]
        if not page or not page["in_force"]:
            return None
        return self.transport.ask(dict, competition_path(slug, "rules", str(page["in_force"]["number"])))

    def accept_terms(self, slug: str, version: str) -> None:
        """Accept a new version of the terms. Safe to call twice."""
        self.require_token()
        self.transport.post(competition_path(slug, "terms", "accept"), json={"version": version})

    def accept_rules(self, slug: str, number: int) -> None:
        """Accept a version of the rules. Safe to call twice."""
        self.require_token()
        self.transport.post(competition_path(slug, "rules", str(number), "accept"))

    # --- handing in ---

    def validate(
        self, path: str | Path, *, competition: str, track: str | None = None, offline: bool = False
    ) -> Sequence[Mapping[str, Any]]:
        """Check a file here as the server does; returns its notices. Raises InvalidFile with every fault."""
        content = read_predictions(Path(path))
        _, found = check_for(Kept(self, competition, offline=offline), content, name=str(path), track=track)
        return [notice.as_json() for notice in found.notices]

    def submit(
        self,
        path: str | Path,
        *,
        competition: str,
        track: str | None = None,
        phase: str | None = None,
        message: str = "",
        validate: bool = True,
        again: bool = False,
        key: str | None = None,
        progress: Progress = lambda done, total: None,
    ) -> Submission:
        """Upload a file once, however often this is called with the same file, track and phase.

        A lost answer is asked for again under the same key. `again` hands the same file in a second time; `key` is an
        idempotency key of one's own. Raises InvalidFile, LimitReached, NotAllowed or Unavailable.
        """
        from vindr_bench.handing_in import hand_in

        self.require_token()
        return hand_in(
            self,
            Path(path),
            competition=competition,
            track=track,
            phase=phase,
            message=message,
            validate=validate,
            again=again,
            key=key,
            progress=progress,
        )

    # --- what was handed in ---

    def submissions(self, slug: str) -> Iterator[Submission]:
        """The team's own, the newest first; page after page as they are asked for."""
        self.require_token()
        cursor: str | None = None
        while True:
            path = competition_path(slug, "submissions")
            page, cursor = self.transport.ask(self._page, path, query={"cursor": cursor})
            yield from page
            if cursor is None:
                return

    def submission(self, submission_id: str) -> Submission:
        """One of them, with its report where the phase shows it."""
        return self.look(submission_id)[0]

    def look(
        self, submission_id: str, known: Submission | None = None, *, tries: int = FEW
    ) -> tuple[Submission, float]:
        """The submission, `known` itself where nothing has changed, and how many seconds the server asks to wait."""
        self.require_token()
        etag = known.etag if known else None
        answer = self.transport.get(submission_path(submission_id), etag=etag, tries=tries)
        pause = float(seconds_asked(answer) or 0)
        if answer.status_code == 304 and known is not None:
            return known, pause
        new_etag = answer.headers.get("ETag")
        return self.transport.read(lambda raw: Submission.of(raw, self, new_etag), answer), pause

    def file_of(self, submission_id: str) -> bytes:
        """The bytes of a submission as they came."""
        self.require_token()
        return self.transport.get(submission_path(submission_id, "file")).content

    def act_on(self, submission_id: str, act: str) -> Submission:
        """`withdraw`, `unwithdraw`, `select` or `unselect`. Safe to call twice."""
        self.require_token()
        answer = self.transport.post(submission_path(submission_id, act))
        return self.transport.read(lambda raw: Submission.of(raw, self), answer)

    def compare(self, submission_id: str, other_id: str) -> Comparison:
        """How much better the first is than the other, overall and by label, where the phase shows it."""
        self.require_token()
        path = submission_path(submission_id, "compare", checked_id(other_id))
        return self.transport.ask(Comparison.of, path)

    # --- boards ---

    def board(
        self,
        slug: str,
        track: str,
        *,
        phase: str | None = None,
        version: int | None = None,
        as_of: datetime | date | str | None = None,
    ) -> Board:
        """A snapshot: the newest, the one of a number, or the one of an instant or of the end of a day (UTC).

        Phase left out: the open one, else the last closed.
        """
        moment = as_of.isoformat() if isinstance(as_of, date) else as_of
        query = {"phase": phase, "version": None if version is None else str(version), "as_of": moment}
        return self.transport.ask(Board.of, competition_path(slug, "boards", track), query=query)

    def _page(self, answer: Any) -> tuple[list[Submission], str | None]:
        """The submissions of a page, and the cursor of the next."""
        following = answer["next"]
        cursor = parse_qs(urlsplit(following).query)["cursor"][0] if following else None
        return [Submission.of(raw, self) for raw in answer["results"]], cursor

    def require_token(self) -> None:
        """NotLoggedIn where there is no token to send."""
        if self.transport.token is None:
            raise NotLoggedIn("not_logged_in", f"This needs an account: run `vindr-bench login --host {self.address}`.")


def _competitions(answer: Any) -> list[Competition]:
    return [Competition.of(raw) for raw in answer]
