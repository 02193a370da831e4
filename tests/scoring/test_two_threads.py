"""Work on two threads: all of it, once, in order and with its errors."""

import threading

import pytest

from scoring.two_threads import results_of


def test_two_items_are_worked_on_at_a_time_and_their_results_stand_in_order():
    both = threading.Barrier(2, timeout=10)

    def work(item):
        if item < 2:
            both.wait()
        return 10 * item

    assert results_of(work, range(100), on_two=True) == [10 * item for item in range(100)]


@pytest.mark.parametrize("on_two", [True, False])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_few_items_are_fine(count, on_two):
    assert results_of(str, range(count), on_two=on_two) == ["0", "1", "2"][:count]


@pytest.mark.parametrize("culprit", [0, 1])
def test_an_error_in_either_thread_is_raised(culprit):
    both = threading.Barrier(2, timeout=10)

    def work(item):
        both.wait()
        if item == culprit:
            raise ValueError(item)

    with pytest.raises(ValueError, match=str(culprit)):
        results_of(work, range(2), on_two=True)
