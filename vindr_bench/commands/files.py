"""Files on this machine: the server's check of them, and its score on labels of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from vindr_bench.commands.options import SlugOption, TrackOption, kept_slugs
from vindr_bench.commands.terminal import Terminal

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="The CSV of predictions.")]
LabelsOption = Annotated[
    str | None,
    typer.Option(
        "--labels", metavar="A,B,…", show_default=False, help="The labels, as one CSV line; else the track's."
    ),
]


def validate(
    context: typer.Context,
    file: FileArgument,
    slug: Annotated[
        str | None,
        typer.Argument(metavar="COMPETITION", show_default=False, autocompletion=kept_slugs, help="Its slug."),
    ] = None,
    competition: SlugOption = None,
    track: TrackOption = None,
    images: Annotated[
        Path | None, typer.Option("--images", metavar="MANIFEST", show_default=False, help="The list; asks no server.")
    ] = None,
    labels: LabelsOption = None,
    offline: Annotated[bool, typer.Option("--offline", help="With what is kept of the competition.")] = False,
) -> None:
    """Check a file here as the server does.

    Every fault is told with its line, its column and what to do.
    """
    from vindr_bench.checking import check_for, check_with
    from vindr_bench.files import read_predictions
    from vindr_bench.kept import Kept

    terminal = Terminal(context.obj)
    content = read_predictions(file)
    words: dict[str, Any] = {"name": str(file), "track": track and track.value, "labels": _labels(labels)}
    with terminal.reading_bar():
        if images is not None:
            of_track, predictions = check_with(images, content, **words)
        else:
            kept = Kept(terminal.client, terminal.competition(slug, competition), offline=offline)
            found, predictions = check_for(kept, content, before=lambda: warn_of_versions(terminal), **words)
            of_track = found.track
    notices = [notice.as_json() for notice in predictions.notices]
    told = {"problems": [], "total": 0, "rows": predictions.rows, "notices": notices, "track": of_track}

    def text() -> str:
        from scoring.report import in_order_text

        return in_order_text(str(file), predictions)

    terminal.answer(told, text)


def score(
    context: typer.Context,
    file: FileArgument,
    truth: Annotated[Path, typer.Option("--truth", metavar="FILE", show_default=False, help="Labels of your own.")],
    track: TrackOption = None,
    metric: Annotated[
        str | None,
        typer.Option(
            "--metric", show_default=False, help="voc2010@0.4 (as left out), voc2007@t, coco, froc; or auroc."
        ),
    ] = None,
    labels: LabelsOption = None,
    bootstrap: Annotated[int, typer.Option("--bootstrap", min=0, max=100_000, help="Resamples of the images.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the resamples.")] = 0,
) -> None:
    """Score a file here on labels of your own. Asks no server."""
    from vindr_bench.checking import score as scored
    from vindr_bench.competition import kind_of_file
    from vindr_bench.files import read_file

    terminal = Terminal(context.obj)
    content = read_file(file)
    of_track = track.value if track else kind_of_file(content.partition(b"\n")[0])
    with terminal.reading_bar():
        card = scored(
            content,
            read_file(truth),
            track=of_track,
            metric=metric,
            labels=_labels(labels),
            bootstrap=bootstrap,
            seed=seed,
        )

    def text() -> str:
        from scoring.report import scorecard_text

        return scorecard_text(card)

    terminal.answer(card, text)


def warn_of_versions(terminal: Terminal) -> None:
    """Say so where the server measures by another version of the metrics than this package."""
    from vindr_bench.version import VERSION

    theirs = terminal.client.metric_version
    if theirs is not None and theirs != VERSION:
        terminal.always_say(
            f"The server scores with version {theirs} of the metrics and this is {VERSION}: what it says of a file may "
            f"differ. Upgrade to be sure."
        )


def _labels(line: str | None) -> Any:
    from scoring.labels import parse_labels
    from vindr_bench.errors import Misused

    if line is None:
        return None
    try:
        return list(parse_labels(line))
    except ValueError as error:
        sentence = str(error)
    raise Misused("bad_labels", sentence)
