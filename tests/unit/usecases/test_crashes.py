"""Whatever dies, wherever it dies: the promises hold once the machinery has run on.

One process ends at every call of every port, before the call takes effect and after it; then the stream delivers the record
again, and the shop and the shopper repeat what was not acknowledged.
"""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from rebasket.domain.people.addresses import Address, Channel
from rebasket.usecases.timers.sweep import SweepTimers
from tests.faults import CONDITIONAL, Crash, Fault, Faults, Journal, watched
from tests.promises import broken_at_rest, broken_by_history
from tests.samples import Reports, after, person
from tests.stories import a_whole_life, live
from tests.world import World


def lived(faults: Journal) -> World:
    world = World(wrap=partial(watched, journal=faults))
    world.expect_errors = True
    live(world, a_whole_life())
    return world


@pytest.fixture(scope="module")
def calls() -> list[str]:
    """The calls of the story when nothing goes wrong."""
    journal = Journal()
    lived(journal)
    return journal.calls


def concerned(calls: list[str], fault: Fault) -> list[int]:
    """Where a fault makes a difference: a call that only reads is the same before and after."""
    methods = [call.rsplit(".", 1)[-1] for call in calls]
    if fault is Fault.LOST:
        return [n for n, method in enumerate(methods) if method in CONDITIONAL]
    if fault in (Fault.AFTER, Fault.ERROR_AFTER):
        return [n for n, call in enumerate(calls) if call in Journal(calls).writes]
    return list(range(len(calls)))


def test_the_story_has_something_of_everything() -> None:
    """Otherwise what follows would show little."""
    journal = Journal()
    world = lived(journal)
    assert broken_by_history(world) == broken_at_rest(world) == []
    ended = Counter(t.state.value for day in world.episodes.items.values() for e in day.values() for t in e.touches.values())
    assert ended == {"sent": 3, "skipped": 7}  # of a shopper's carts, the newest speaks; a no counts for all of them
    assert len(world.mailer.sent) == 2
    assert len(world.texter.sent) == 1
    assert {cart.phase.value for cart in world.carts.all()} == {"abandoned", "bought", "closed"}
    used = {call.rsplit(".", 1)[-1] for call in journal.calls}
    assert used >= {
        "get",
        "put",
        "arm",
        "link",
        "head",
        "record",
        "credit",
        "attribute_order",
        "refund",
        "send",
        "email",
        "text",
    }


@pytest.mark.parametrize("fault", Fault)
def test_one_fault_at_any_call_breaks_no_promise(calls: list[str], fault: Fault) -> None:
    """And changes nothing else but, at most, that a touch ends as unknown which would have been sent: too careful."""
    expected = outcome(lived(Journal()))
    broken: dict[str, object] = {}
    for number in concerned(calls, fault):
        faults = Faults(plan={number: fault})
        world = lived(faults)
        assert faults.met == [f"{fault.value}: {calls[number]}"]
        if promises := broken_by_history(world) + broken_at_rest(world):
            broken[f"{number} {calls[number]}"] = promises
        found = outcome(world)
        differing = {key: (expected.get(key), end) for key, end in found.items() if expected.get(key) != end}
        if found.keys() != expected.keys() or not set(differing.values()) <= {("sent", "unknown")}:
            broken[f"{number} {calls[number]} (outcome)"] = differing
    assert broken == {}


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER])
def test_the_same_fault_once_more_shortly_after_breaks_no_promise_either(calls: list[str], fault: Fault) -> None:
    """At every call that changes something, and again in the repeat."""
    broken = {}
    for number in concerned(calls, Fault.AFTER):
        for later in (1, 4):
            world = lived(Faults(plan={number: fault, number + later: fault}))
            if promises := broken_by_history(world) + broken_at_rest(world):
                broken[f"{number} {calls[number]} + {later}"] = promises
    assert broken == {}


def outcome(world: World) -> dict[tuple[str, int, int], str]:
    """How each touch ended."""
    return {
        (e.ref.cart, e.ref.generation, step): touch.state.value
        for day in world.episodes.items.values()
        for e in day.values()
        for step, touch in e.touches.items()
    }


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER])
def test_a_sweep_that_dies_anywhere_loses_no_timer_and_moves_the_cursor_past_none(fault: Fault) -> None:
    def swept(faults: Journal) -> World:
        world, shop = World(), Reports()
        for n in range(4):
            somebody = Address(Channel.EMAIL, f"{n}@example.org")  # of one shopper's carts, only the newest would speak
            world.record(shop.updated(f"c{n}", after(minutes=n), who=person(somebody)))
        world.advance(after(minutes=57))
        world.sweep_timers = SweepTimers(timers=watched(world.timers, journal=faults), clock=world.clock)
        while world.clock() < after(minutes=65):
            try:
                world.advance(after(minutes=65))
            except Crash:
                continue
        return world

    journal = Journal()
    clean = [message.touch for message in swept(journal).messages]
    assert len(clean) == 4
    for number in range(len(journal.calls)):
        assert [message.touch for message in swept(Faults(plan={number: fault})).messages] == clean, journal.calls[number]
