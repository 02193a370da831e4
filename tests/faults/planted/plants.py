"""Each planted fault: where it goes, what it replaces, and the test that must fail for it.

What can't be found in this way: that a file is not forced to the disk shows only where a machine loses its power, so
that the order of the calls is tested instead.
"""

from dataclasses import dataclass

FAULTS = "tests/faults"
SUBMIT, BOOK = "competition/operations/submit.py", "competition/operations/book.py"
LEASED = "competition/models/leased.py"
SWEEP, GIVE_UP = "competition/operations/sweep.py", "competition/operations/give_up.py"


@dataclass(frozen=True)
class Plant:
    """`before` is in the file exactly once."""

    says: str
    """What is wrong with the server then."""
    file: str
    before: str
    after: str
    found_by: str
    """A test, as pytest names it."""
    long: bool = False
    """Whether only the long form of the tests has it."""


PLANTS = (
    Plant(
        "an attempt that is over may write while the next one runs",
        LEASED,
        "filter(pk=self.pk, attempt=self.attempt, state=before)",
        "filter(pk=self.pk, state=before)",
        f"{FAULTS}/test_stale.py::test_an_attempt_that_is_over_writes_nothing_while_the_next_one_runs",
    ),
    Plant(
        "an attempt that was given up may write, after its upload was given back",
        LEASED,
        "filter(pk=self.pk, attempt=self.attempt, state=before)",
        "filter(pk=self.pk, attempt=self.attempt)",
        f"{FAULTS}/test_stale.py::test_an_attempt_that_comes_back_after_it_was_given_up_and_back_writes_nothing",
        long=True,
    ),
    Plant(
        "no step is compared with what is there",
        LEASED,
        "filter(pk=self.pk, attempt=self.attempt, state=before)",
        "filter(pk=self.pk)",
        f"{FAULTS}/test_races.py::test_duplicate_deliveries_make_one_result",
    ),
    Plant(
        "a lease is not extended while its worker lives",
        "competition/operations/keep_alive.py",
        "        while not over.wait(environment.heartbeat_seconds):\n",
        "        while False:\n",
        f"{FAULTS}/test_stale.py::test_an_attempt_that_takes_longer_than_its_lease_stays_its_workers",
        long=True,
    ),
    Plant(
        "the lease of a worker that died never runs out",
        LEASED,
        "over = Q(lease_until__lt=Now())",
        "over = Q(lease_until__lt=Now() - timedelta(days=1))",
        f"{FAULTS}/test_kills.py::test_kill_of_worker_and_horse",
    ),
    Plant(
        "a ring that was lost is not rung again",
        SWEEP,
        "    _rings.keep_only(waiting)\n",
        "    waiting = []\n    _rings.keep_only(waiting)\n",
        f"{FAULTS}/test_kills.py::test_flushall_while_one_runs_and_others_wait",
    ),
    Plant(
        "the limit is counted without the lock",
        BOOK,
        "Quota.objects.select_for_update().get(",
        "Quota.objects.get(",
        "tests/operations/test_at_once.py::test_of_two_uploads_for_the_last_place_the_second_is_refused",
    ),
    Plant(
        "the limit is looked at before the file is read only, not when it is booked",
        BOOK,
        "quota_of(team, phase, track, received_at), received_at)\n    submission = _create(handed)\n",
        "quota_of(team, phase, track, received_at), received_at) if 0 else 0\n    submission = _create(handed)\n",
        f"{FAULTS}/test_races.py::test_a_hundred_parallel_uploads_give_exactly_the_limit",
    ),
    Plant(
        "a key that is sent again is forgotten",
        BOOK,
        "        idempotency_key=handed.words.idempotency_key,\n",
        "        idempotency_key=None,\n",
        f"{FAULTS}/test_races.py::test_a_key_that_is_sent_a_hundred_times_at_once_is_one_submission",
    ),
    Plant(
        "of two calls with one key for two tracks at once the second is an error",
        BOOK,
        '        if "one_submission_per_key" not in str(error):\n',
        "        if error:\n",
        "tests/operations/test_at_once.py::test_of_two_files_for_two_tracks_with_one_key_the_second_is_refused",
    ),
    Plant(
        "an upload counts as received a fifth of a second before its last byte",
        SUBMIT,
        "    received_at = competition.now()\n",
        '    received_at = competition.now() - __import__("datetime").timedelta(seconds=0.2)\n',
        f"{FAULTS}/test_deadline.py",
    ),
    Plant(
        "what failed is not given back",
        GIVE_UP,
        "        if charged.update(refunded_at=now_in(evaluation.ground_truth.competition_id)):\n",
        "        if charged.exists():\n",
        f"{FAULTS}/test_kills.py::test_after_three_attempts_it_fails_and_the_quota_is_given_back",
    ),
    Plant(
        "who has waited longest is next, whatever its team has had",
        "competition/operations/take_turn.py",
        "    if len(rows) < 2:\n",
        "    if rows:\n",
        f"{FAULTS}/test_turns.py",
    ),
    Plant(
        "memory has no limit",
        "competition/operations/ask.py",
        "environment.job_memory_mib * 1024 * 1024 *",
        "environment.job_memory_mib * 1024 * 1024 * 1024 *",
        f"{FAULTS}/test_poison.py",
    ),
    Plant(
        "what came before a connection broke off stays on the disk",
        "competition/intake.py",
        "        handler.drop_all()\n",
        "        pass\n",
        f"{FAULTS}/test_transport.py::test_what_comes_in_any_other_way_is_taken_or_refused_and_leaves_nothing",
    ),
    Plant(
        "a file is not forced to the disk before its receipt",
        "competition/storage.py",
        "        os.fsync(self._stream.fileno())\n",
        "",
        "tests/test_storage.py::test_a_file_is_on_the_disk_before_it_has_its_name_and_its_name_before_it_is_kept",
    ),
    Plant(
        "a clock that is put back holds up boards",
        "competition/operations/publish.py",
        "if latest and timedelta(0) <= now_in",
        "if latest and now_in",
        "tests/operations/test_clock_put_back.py",
    ),
    Plant(
        "a full disk is an error of the server",
        "competition/statuses.py",
        "_NO_DISK = (errno.ENOSPC, ",
        "_NO_DISK = (",
        f"{FAULTS}/test_full_disk.py",
    ),
)
