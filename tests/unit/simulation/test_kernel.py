"""Virtual time, and invocations that stop, die and end in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulation.kernel import START, Broken, End, Kernel, Process, millis, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    made = Kernel()
    yield made
    made.close()


def spawned(kernel: Kernel, work: Callable[[], object], *, life: int = 1000) -> list[tuple[End, Any]]:
    """Starts it; the list gets how it ends."""
    ends: list[tuple[End, Any]] = []
    process = Process(name="p", deadline=kernel.now + life, skew=0, born=kernel.now, on_end=lambda *end: ends.append(end))
    kernel.spawn(process, work)
    return ends


def test_times_are_counted_from_the_start() -> None:
    assert (moment(0), millis(moment(1_234))) == (START, 1_234)


def test_what_is_asked_for_happens_in_order_of_time_then_of_asking(kernel: Kernel) -> None:
    done: list[str] = []
    kernel.at(20, lambda: done.append("later"))
    kernel.at(10, lambda: done.append("first"))
    kernel.at(10, lambda: done.append("second"))
    kernel.run(15)
    assert (done, kernel.now) == (["first", "second"], 15)
    kernel.run(30)
    assert done[-1] == "later"


def test_two_invocations_take_turns_at_every_call(kernel: Kernel) -> None:
    seen: list[tuple[str, int]] = []

    def work(name: str, latency: int) -> None:
        for _ in range(3):
            seen.append((name, kernel.now))
            kernel.wait(latency)

    ends = spawned(kernel, lambda: work("slow", 10)), spawned(kernel, lambda: work("fast", 4))
    kernel.run(100)
    assert seen == [("slow", 0), ("fast", 0), ("fast", 4), ("fast", 8), ("slow", 10), ("slow", 20)]
    assert [end[0][0] for end in ends] == [End.RETURNED, End.RETURNED]


def test_an_invocation_dies_at_its_deadline_and_does_nothing_after(kernel: Kernel) -> None:
    after: list[str] = []

    def work() -> None:
        kernel.wait(2_000)
        after.append("alive")

    ends = spawned(kernel, work)
    kernel.run(5_000)
    assert (after, ends[0][0], kernel.alive) == ([], End.CRASHED, 0)


def test_a_crash_runs_no_further_and_ends_once(kernel: Kernel) -> None:
    after: list[str] = []

    def work() -> None:
        kernel.wait(5)
        try:
            kernel.crash("pulled the plug")
        finally:
            after.append("unwound")

    ends = spawned(kernel, work)
    kernel.run(100)
    assert (after, ends) == (["unwound"], [(End.CRASHED, "pulled the plug")])


def test_an_error_is_handed_to_whoever_waits_for_the_end(kernel: Kernel) -> None:
    error = ValueError("no")

    def work() -> None:
        raise error

    ends = spawned(kernel, work)
    kernel.run(10)
    assert ends == [(End.RAISED, error)]


def test_no_code_under_test_can_swallow_a_broken_promise(kernel: Kernel) -> None:
    def judge() -> None:
        raise Broken("a promise", "so")

    def work() -> None:
        try:
            judge()
        except Exception:  # noqa: BLE001  # what code under test might do
            kernel.wait(1)

    spawned(kernel, work)
    with pytest.raises(Broken, match="a promise: so"):
        kernel.run(10)
