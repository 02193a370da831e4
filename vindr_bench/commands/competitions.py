"""What there is to take part in, its rules, and what comes with it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from vindr_bench.commands.options import OutOption, Slug, SlugOption, TrackName, TrackOption
from vindr_bench.commands.shown import plain, table, when
from vindr_bench.commands.terminal import Terminal
from vindr_bench.folders import refuse_if_there, write_new


def list_competitions(context: typer.Context) -> None:
    """All competitions of the server."""
    terminal = Terminal(context.obj)
    found = terminal.client.competitions()

    def text() -> object:
        rows = []
        for one in found:
            phases = one.open_phases
            until = when(min((phase.closes_at for phase in phases if phase.closes_at), default=None))
            tracks = ", ".join(track.track for track in one.tracks)
            rows.append([one.slug, one.title, tracks, ", ".join(phase.key for phase in phases) or "closed", until])
        return table(["competition", "title", "tracks", "open", "closes"], rows, left=5, folds=1)

    terminal.answer([one.raw for one in found], text)


def enter(
    context: typer.Context,
    slug: Slug = None,
    competition: SlugOption = None,
    team: Annotated[str, typer.Option("--team", help="Found a team of this name.")] = "",
    invitation: Annotated[str, typer.Option("--invitation", help="Join the team that this invitation is of.")] = "",
    accept_terms: Annotated[
        str, typer.Option("--accept-terms", metavar="VERSION", help="The version of the terms that you have read.")
    ] = "",
    accept_rules: Annotated[
        str, typer.Option("--accept-rules", metavar="VERSION", help="The version of the rules that you have read.")
    ] = "",
    answer: Annotated[
        list[str] | None, typer.Option("--answer", help="To the organizers' questions, in their order.")
    ] = None,
) -> None:
    """Take part: found a team or join one.

    `rules` shows the terms and rules whose versions are accepted with it.
    """
    from vindr_bench.errors import NotAllowed

    terminal = Terminal(context.obj)
    name = terminal.competition(slug, competition)
    words = {"invitation": invitation, "accept_terms": accept_terms, "accept_rules": accept_rules}
    try:
        entered = terminal.client.enter(name, team, **words, answers=answer or ())
    except NotAllowed as error:
        for part in ("terms", "rules"):
            if error.code == f"{part}_not_accepted":
                terminal.say(f"vindr-bench rules {name} shows the {part}; then say --accept-{part} VERSION.")
        raise

    def text() -> str:
        waits = "" if entered["state"] == "entered" else f"\nThe entry is {entered['state']}: an organizer decides it."
        return (
            f"Entered {entered['competition']} with the team {plain(entered['team'])}.{waits}\n"
            f"Others join with --invitation {plain(entered['invitation'])}"
        )

    terminal.answer(dict(entered), text)


def rules(
    context: typer.Context,
    slug: Slug = None,
    competition: SlugOption = None,
    accept: Annotated[bool, typer.Option("--accept", help="Accept what is in force now; for who has entered.")] = False,
) -> None:
    """Show the terms and rules in force, or accept them."""
    terminal = Terminal(context.obj)
    name = terminal.competition(slug, competition)
    client = terminal.client
    terms = client.competition(name).raw["terms"]
    in_force = client.rules(name)
    if accept:
        if terms:
            client.accept_terms(name, terms["version"])
        if in_force:
            client.accept_rules(name, in_force["number"])
    told = {"competition": name, "terms": terms, "rules": in_force and dict(in_force), "accepted": accept}
    terminal.answer(told, lambda: _rules_text(name, told))


def _rules_text(name: str, told: dict[str, Any]) -> str:
    parts = []
    for title in ("terms", "rules"):
        version = told[title]
        if version is None:
            continue
        body = "\n".join(plain(line) for line in version["text"].strip().splitlines())
        head = f"{title} of {name}, version {plain(version['version'])}"
        parts.append(f"{head}: accepted" if told["accepted"] else f"{head}\n\n{body}\n")
    return "\n".join(parts) or f"{name} has neither terms nor rules."


def sample(
    context: typer.Context,
    slug: Slug = None,
    competition: SlugOption = None,
    track: TrackOption = None,
    output: OutOption = None,
) -> None:
    """A random file that can be uploaded, to see the form."""
    from vindr_bench.errors import Misused

    terminal = Terminal(context.obj)
    if terminal.options.json and output is None:
        raise Misused("output_missing", "With --json say where to write the sample: --output FILE.")
    refuse_if_there(output)
    name = terminal.competition(slug, competition)
    of_track = terminal.client.competition(name).track(track and track.value).track
    content = terminal.client.sample(name, of_track)
    if output is None:
        terminal.raw(content)
        return
    write_new(output, content)
    told = {"competition": name, "track": of_track, "file": str(output), "rows": content.count(b"\n") - 1}
    terminal.answer(told, lambda: f"{output}: {told['rows']} rows for {name}, {of_track}; random, and in order.")


def cite(
    context: typer.Context,
    slug: Slug = None,
    competition: SlugOption = None,
    track: Annotated[
        TrackName | None,
        typer.Option("--track", "-t", show_default=False, help="The board of this track as it is now."),
    ] = None,
    team: Annotated[
        str | None, typer.Option("--team", show_default=False, help="With its place on that board.")
    ] = None,
) -> None:
    """What a publication cites, as BibTeX."""
    terminal = Terminal(context.obj)
    name = terminal.competition(slug, competition)
    entry = terminal.client.citation(name, track=track and track.value, team=team)
    terminal.answer({"competition": name, "bibtex": entry}, entry.rstrip)
