"""Client of the benchmark server, with its command line `vindr-bench`. Checks files with the server's own code.

This is the door: what is named here is public. A name is fetched from its room when it is first asked for, so that
`vindr-bench --help` doesn't wait for the network's library.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # typing takes as long to import as Python takes to start, and Ctrl-C is heard after it

if TYPE_CHECKING:
    from vindr_bench.account import Account as Account
    from vindr_bench.account import Quota as Quota
    from vindr_bench.board import Board as Board
    from vindr_bench.board import BoardRow as BoardRow
    from vindr_bench.client import Client as Client
    from vindr_bench.comparison import ClassDifference as ClassDifference
    from vindr_bench.comparison import Comparison as Comparison
    from vindr_bench.competition import Competition as Competition
    from vindr_bench.errors import BenchError as BenchError
    from vindr_bench.errors import ClientTooOld as ClientTooOld
    from vindr_bench.errors import InvalidFile as InvalidFile
    from vindr_bench.errors import LimitReached as LimitReached
    from vindr_bench.errors import Misused as Misused
    from vindr_bench.errors import NotAllowed as NotAllowed
    from vindr_bench.errors import NotFound as NotFound
    from vindr_bench.errors import NotLoggedIn as NotLoggedIn
    from vindr_bench.errors import ScoringFailed as ScoringFailed
    from vindr_bench.errors import Unavailable as Unavailable
    from vindr_bench.errors import WaitedTooLong as WaitedTooLong
    from vindr_bench.submission import Submission as Submission

_ROOMS = {
    "account": ("Account", "Quota"),
    "board": ("Board", "BoardRow"),
    "client": ("Client",),
    "comparison": ("ClassDifference", "Comparison"),
    "competition": ("Competition",),
    "errors": (
        "BenchError",
        "ClientTooOld",
        "InvalidFile",
        "LimitReached",
        "Misused",
        "NotAllowed",
        "NotFound",
        "NotLoggedIn",
        "ScoringFailed",
        "Unavailable",
        "WaitedTooLong",
    ),
    "submission": ("Submission",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}
__all__ = list(_ROOM_OF)


def __getattr__(name: str) -> object:
    room = _ROOM_OF.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = value
    return value
