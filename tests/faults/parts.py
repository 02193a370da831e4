"""What `make faults` runs, one after the other: each part is a command of its own, and shows some promises."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

CAMPAIGN = "tests.faults.campaign"
RACES, LIMITS = "tests/faults/test_races.py", "tests/faults/test_limits.py"


@dataclass(frozen=True)
class Part:
    """One command. In its words `{into}` stands for the folder of the results, `{seconds}` for the campaign's time."""

    name: str
    promises: str
    says: str
    """What it shows, in a few words."""
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    longest: int = 1800
    """Seconds, after which it is ended and has failed."""


def of_tests(name: str, promises: str, says: str, *targets: str, longest: int = 1800, **environment: str) -> Part:
    """Tests in their long form; their figures are what they record."""
    command = ("-m", "pytest", "-q", "--show-capture=no", "--junitxml={into}/" + name + ".xml", *targets)
    return Part(name, promises, says, command, {"FAULTS": "long", **environment}, longest)


def program(name: str, promises: str, says: str, *command: str, longest: int = 1800) -> Part:
    """A program that writes its figures into the file that it is told."""
    return Part(name, promises, says, ("-m", *command, "--figures", "{into}/" + name + ".json"), {}, longest)


PARTS = (
    of_tests(
        "deliveries",
        "A3",
        "10,000 deliveries and stale attempts write nothing twice",
        f"{RACES}::test_duplicate_deliveries_make_one_result",
        "tests/faults/test_stale.py",
    ),
    of_tests(
        "key",
        "A17",
        "one key, 1,000 times at once",
        f"{RACES}::test_a_key_that_is_sent_a_hundred_times_at_once_is_one_submission",
    ),
    of_tests(
        "quota",
        "A15",
        "100 at once, 20 times, and over midnight, give exactly the limit",
        f"{RACES}::test_a_hundred_parallel_uploads_give_exactly_the_limit",
        f"{LIMITS}::test_over_midnight_a_hundred_uploads_of_two_members_give_exactly_the_limit_on_each_side",
    ),
    of_tests(
        "deadline",
        "A16",
        "1,000 uploads within a tenth of a second of the close",
        "tests/faults/test_deadline.py",
    ),
    of_tests("turns", "A9", "a hundred files keep another team's waiting for one job", "tests/faults/test_turns.py"),
    of_tests(
        "kills",
        "A2, A5, A7",
        "one kill each, at each point",
        "tests/faults/test_kills.py",
        "tests/faults/test_points.py",
    ),
    of_tests("switch", "A11", "1,000 files scored again while many look at the board", "tests/faults/test_switch.py"),
    of_tests("restarts", "A10", "20 restarts under load", "tests/faults/test_restarts.py"),
    of_tests(
        "recount", "A13", "the night's second opinion, though its worker is killed", "tests/faults/test_recount.py"
    ),
    of_tests(
        "full",
        "A37",
        "a disk, a database and a queue that are full",
        "tests/faults/test_full.py",
        "tests/faults/test_full_disk.py",
        "tests/faults/test_pulse.py",
        "tests/operations/test_clock_put_back.py",
    ),
    program(
        "clocks", "A37", "the clock of each program jumps by an hour, either way, under load", "tests.faults.clocks"
    ),
    of_tests(
        "transport",
        "B",
        "cut off, slow, lying about its length, too large",
        "tests/faults/test_transport.py",
        f"{RACES}::test_refused_uploads_of_some_size_hear_why",
    ),
    of_tests("corpus", "B", "the bad inputs", "tests/corpus", "tests/api/test_corpus.py"),
    of_tests(
        "requests",
        "A21, A22",
        "any request to any address, as each kind of caller",
        "tests/api/test_any_request.py",
        "tests/api/test_mass_assignment.py",
        longest=3600,
        ANY_REQUEST_EXAMPLES="10",
    ),
    program(
        "campaign",
        "A1, A2, A40",
        "nothing is lost or counted twice while all that serves is killed",
        CAMPAIGN,
        "--seconds",
        "{seconds}",
        "--uploads",
        "{uploads}",
        longest=7200,
    ),
    of_tests("poison", "A6", "20 poisonous files among 200", "tests/faults/test_poison.py", longest=3600),
    of_tests("bits", "A4", "the same bits, 600 times", "tests/faults/test_same_bits.py"),
    program("planted", "", "faults that are planted into a copy are found", "tests.faults.planted", longest=3600),
    Part(
        "probing",
        "A18, A19, D7",
        "attacks on what is not shown, 50 labellings at every address, honest series and attacks",
        ("-m", "tests.probing", "--junitxml={into}/probing.xml"),
        longest=4 * 3600,
    ),
)
"""In the order in which they run: what is over soon comes first."""
APART = (program("soak", "A40", "steady load", "tests.faults.soak", longest=48 * 3600),)
"""Run only where they are named: HOURS says for how long."""


def command_of(part: Part, **words: str) -> list[str]:
    """The part's command line."""
    return [sys.executable, *(word.format(**words) for word in part.command)]
