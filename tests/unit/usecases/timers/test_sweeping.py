"""Sweeping: everything due is deleted, in order, once; an outage is caught up."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest

from rebasket.domain.carts.timer import Timer
from rebasket.memory import MemoryTimers
from rebasket.usecases.timers.sweep import FIRST_LOOK_BACK, OVERLAP, SweepTimers, Swept
from tests.doubles import ManualClock
from tests.samples import MINUTE, SHOP, START, after


class Sweep:
    """A sweep of its own, with its timers and clock."""

    def __init__(self) -> None:
        self.timers, self.clock = MemoryTimers(), ManualClock()
        self._sweep = SweepTimers(timers=self.timers, clock=self.clock)

    def arm(self, at: datetime, cart: str = "c1") -> None:
        self.timers.arm(Timer(shop=SHOP, cart=cart, generation=1, due=at))

    def __call__(self, at: datetime, minutes: int | None = None) -> Swept:
        """Sweep at a time, with time for so many minutes' worth."""
        self.clock.at = at
        done = count()
        return self._sweep(lambda: minutes is not None and next(done) >= minutes)

    @property
    def deleted(self) -> list[datetime]:
        return [timer.due for timer in self.timers.deleted]


@pytest.fixture
def sweep() -> Sweep:
    return Sweep()


def test_what_is_due_is_deleted_and_what_is_not_stays(sweep: Sweep) -> None:
    sweep(START)
    sweep.arm(after(minutes=1))
    sweep.arm(after(minutes=2))
    assert sweep(after(minutes=1, seconds=59)).deleted == 1
    assert sweep.deleted == [after(minutes=1)]
    assert sweep(after(minutes=2)).deleted == 1


def test_a_timer_armed_late_is_found_within_the_overlap(sweep: Sweep) -> None:
    sweep(START)
    sweep.arm(START - OVERLAP - MINUTE)
    assert sweep(START).deleted == 0, "older than that only TTL finds"
    sweep.arm(START - OVERLAP)
    assert sweep(START).deleted == 1


def test_an_outage_is_caught_up_in_order_of_time(sweep: Sweep) -> None:
    sweep(START)
    dues = [after(minutes=n) for n in (900, 3, 4000, 61)]
    for due in dues:
        sweep.arm(due)
    swept = sweep(after(days=3))
    assert sweep.deleted == sorted(dues)
    assert swept == Swept(deleted=4, behind=0, oldest=timedelta(days=3) - 3 * MINUTE)
    assert sweep.timers.cursor() == after(days=3)


def test_without_time_to_finish_the_next_sweep_goes_on_where_this_one_stopped(sweep: Sweep) -> None:
    sweep(START)
    dues = [after(minutes=n) for n in range(1, 200, 7)]
    for due in dues:
        sweep.arm(due)
    at = after(minutes=200)
    behind: list[int] = []
    while not behind or behind[-1]:
        behind.append(sweep(at, minutes=50).behind)
        assert len(behind) < 20
    assert behind == sorted(behind, reverse=True)
    assert behind[0] > 0
    assert sweep.deleted == dues
    assert sweep.timers.cursor() == at


def test_with_no_time_at_all_nothing_is_done_and_the_cursor_stays(sweep: Sweep) -> None:
    sweep(START)
    sweep.arm(after(minutes=1))
    assert sweep(after(minutes=5), minutes=0).behind > 0
    assert sweep.deleted == []
    assert sweep.timers.cursor() == START


def test_two_sweeps_at_once_delete_each_timer_once(sweep: Sweep) -> None:
    """Both have read the minute; the second deletion of an absent item makes no record."""
    sweep(START)
    sweep.arm(after(minutes=1))
    found = sweep.timers.due_at(after(minutes=1))
    sweep(after(minutes=1))
    sweep.timers.delete(found)
    assert sweep.deleted == [after(minutes=1)]


def test_the_cursor_never_goes_back(sweep: Sweep) -> None:
    sweep(after(minutes=30))
    sweep(after(minutes=10))
    assert sweep.timers.cursor() == after(minutes=30)


def test_a_sweep_whose_clock_is_behind_deletes_nothing_early(sweep: Sweep) -> None:
    sweep(after(minutes=30))
    sweep.arm(after(minutes=30))
    assert sweep(after(minutes=29)).deleted == 0
    assert sweep(after(minutes=31)).deleted == 1


def test_the_first_sweep_of_a_stack_looks_back_only_a_little(sweep: Sweep) -> None:
    sweep.arm(START - FIRST_LOOK_BACK - OVERLAP)
    sweep.arm(START - FIRST_LOOK_BACK - OVERLAP - MINUTE, "older")
    assert sweep(START).deleted == 1
    assert [timer.cart for timer in sweep.timers.due_at(START - FIRST_LOOK_BACK - OVERLAP - MINUTE)] == ["older"]


def test_the_cursor_is_kept_while_catching_up_so_that_a_crash_repeats_little(sweep: Sweep) -> None:
    sweep(START)
    sweep(after(minutes=100), minutes=10 + 57)
    cursor = sweep.timers.cursor()
    assert cursor is not None
    assert after(minutes=56) - cursor < 10 * MINUTE
