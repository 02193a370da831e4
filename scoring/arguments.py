"""The command line's grammar."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from scoring.labels import parse_labels
from scoring.streams import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    Commands = argparse._SubParsersAction["_Parser"]

_TRACKS = ("detection", "classification")
_PROTOCOLS = ("voc2010", "voc2007", "coco", "froc")
_WITH_IOU = ("voc2010", "voc2007")
_MOST_RESAMPLES = 100_000


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands. Its errors end the process with 2."""
    parser = _Parser(prog="python -m scoring", description="Check, score, sample and convert prediction files.")
    parser.add_argument("--version", action=_Version, nargs=0, help="tell the metric version and what computes it")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_validate(commands)
    _add_score(commands)
    _add_sample(commands)
    _add_convert(commands)
    return parser


class _Parser(argparse.ArgumentParser):
    """A parser whose help is an answer like any other: OSError where it can't be written, and not silence."""

    def print_help(self, file: Any = None) -> None:
        """To standard output."""
        write(self.format_help())


class _Version(argparse.Action):
    """Prints the version and whether the kernel is used, and ends the process."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        # Whoever only asks for help doesn't wait for numpy.
        from scoring import METRIC_VERSION, compiled

        way = "compiled kernel" if compiled.is_used() else "numpy alone"
        write(f"vindr-bench {METRIC_VERSION}, {way}\n")
        parser.exit()


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command and its options; a usage error ends the process with 2."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.command == "score":
        _settle_protocol(options, parser)
    return options


def _settle_protocol(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Set `metric`, the protocol with its IoU, and `remark` where the IoU has no meaning."""
    options.remark = None
    if options.track == "classification":
        if options.protocol is not None or options.iou is not None:
            parser.error("--protocol and --iou are for detection; classification is scored by AUROC")
        options.metric = "auroc"
        return
    protocol = options.protocol or "voc2010"
    if protocol not in _WITH_IOU and options.iou is not None:
        options.remark = f"{protocol} has thresholds of its own; --iou is not used."
    iou = 0.4 if options.iou is None else options.iou
    options.metric = f"{protocol}@{iou}" if protocol in _WITH_IOU else protocol


def _add_validate(commands: Commands) -> None:
    command = commands.add_parser("validate", help="say whether a prediction file is in order")
    command.add_argument("track", choices=_TRACKS)
    command.add_argument("--images", required=True, metavar="CSV", help="the list of test images")
    command.add_argument("--predictions", required=True, metavar="CSV")
    _add_labels(command, "any that the file has")
    _add_json(command)


def _add_score(commands: Commands) -> None:
    command = commands.add_parser("score", help="score a prediction file against labels of your own")
    command.add_argument("track", choices=_TRACKS)
    command.add_argument("--truth", required=True, metavar="CSV", help="annotations or image labels")
    command.add_argument("--predictions", required=True, metavar="CSV")
    command.add_argument("--protocol", choices=_PROTOCOLS, help="detection only; voc2010 if left out")
    command.add_argument("--iou", type=_share, metavar="T", help="voc2010 and voc2007 only; 0.4 if left out")
    _add_labels(command, "those found in the truth")
    command.add_argument("--bootstrap", type=_resamples, default=1000, metavar="N", help="resamples; 0 for none")
    command.add_argument("--seed", type=_count, default=0, metavar="S", help="of the resamples")
    command.add_argument("--curves", action="store_true", help="add each label's curves to the JSON")
    _add_json(command)


def _add_sample(commands: Commands) -> None:
    command = commands.add_parser("sample", help="write a random prediction file that is in order")
    command.add_argument("track", choices=_TRACKS)
    command.add_argument("--images", required=True, metavar="CSV", help="the list of test images")
    _add_labels(command, "VinDr-CXR's 22 local labels for detection, its 6 global ones for classification")
    command.add_argument("--seed", type=_count, default=0, metavar="S", help="another seed, another file")


def _add_convert(commands: Commands) -> None:
    command = commands.add_parser("convert", help="rewrite a detection file of another form")
    command.add_argument("--from", required=True, choices=("kaggle", "coco"), dest="form")
    command.add_argument("--images", required=True, metavar="CSV", help="the list of test images")
    command.add_argument("file", metavar="FILE")


def _add_labels(command: argparse.ArgumentParser, left_out: str) -> None:
    command.add_argument(
        "--labels",
        type=_labels,
        metavar="A,B,...",
        help=f"one CSV line, or local, global or all for VinDr-CXR's; left out: {left_out}",
    )


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="answer with JSON on standard output")


def _labels(text: str) -> tuple[str, ...]:
    try:
        return parse_labels(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 on.")
    return int(text)


def _resamples(text: str) -> int:
    count = _count(text)
    if count > _MOST_RESAMPLES:
        raise argparse.ArgumentTypeError(f"{text} resamples are more than {_MOST_RESAMPLES}.")
    return count


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to below 1.")
    return share
