"""Nights and late facts, dying anywhere and running at once: nothing is posted twice, nothing is lost, nothing is taken back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from rebasket.domain.carts.timer import Timer
from rebasket.domain.money import Money
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.people.contact import TouchId
from rebasket.domain.reporting.adjustments import changed_day_of
from rebasket.domain.sending.delivery_events import DeliveryEvent
from tests.faults import Broken, Crash, Fault, Faults, watched
from tests.promises import broken_at_rest
from tests.samples import ANNA, ANNA_PHONE, BOHDAN, SHOP, START, Reports, after, person
from tests.world import World

Process = Callable[[World], None]

D = "2026-03-02"
MIDNIGHT = START.replace(hour=0)
CLOSING = MIDNIGHT + timedelta(days=8, hours=2, minutes=15)


def before_the_closing() -> World:
    """A day about to be closed: a cart recovered, one in doubt, one with a step that lost its timer."""
    world, shop = World(wrap=partial(watched, journal=Faults())), Reports()
    world.expect_errors = True
    world.record(shop.updated("c1", START, who=person(ANNA)))
    world.record(shop.updated("c2", START, who=person(BOHDAN)))
    world.record(shop.updated("c3", START, who=person(ANNA_PHONE)))
    world.leap(after(hours=2))
    world.record(shop.ordered("c1", after(hours=2), minor=4900))
    world.leap(after(hours=23))
    for minute in list(world.timers.items):
        world.timers.items[minute].pop((SHOP, "c3", 1), None)
    world.excused.add(("c3", 1))  # but for a late wake nobody attends to it
    world.mailer.failure = TimeoutError()
    world.leap(after(days=3))
    world.clock.at = CLOSING
    return world


def after_the_closing() -> World:
    """The same a day and a half later, at noon: closed, and counted once more."""
    world = before_the_closing()
    night(world)
    world.clock.at = CLOSING + timedelta(days=1)
    night(world)
    world.clock.forward(timedelta(hours=10))
    assert (SHOP, D) in world.books.items
    return world


def with_something_to_post() -> World:
    """The night after a refund."""
    world = after_the_closing()
    refund(world)
    world.clock.forward(timedelta(hours=14))
    return world


def night(world: World) -> None:
    world.close_books()
    world.post_adjustments()


def refund(world: World) -> None:
    """Each time another one."""
    event = Reports().refunded("c1", START + timedelta(days=8), minor=100)
    world.record(replace(event, id=f"refund {len(world.history)}"))


def late_order(world: World) -> None:
    """Placed within the window, told long after."""
    shop = Reports()
    world.record(shop.ordered("c2", START + timedelta(days=3), "o2", minor=700))


def word(world: World) -> None:
    world.feedback(TouchId("c2", 1, 2), BOHDAN, DeliveryEvent.ACCEPTED)


def late_wake(world: World) -> None:
    world.attend(Timer(shop=SHOP, cart="c3", generation=1, due=world.clock().replace(second=0), day=D))


SETTINGS = {"closing": before_the_closing, "closed": after_the_closing, "posting": with_something_to_post}
PROCESSES: dict[str, Process] = {
    "night": night,
    "refund": refund,
    "late order": late_order,
    "word": word,
    "late wake": late_wake,
}


def refund_and_night(world: World) -> None:
    """Another run counts what this one has not seen."""
    refund(world)
    night(world)


OTHERS = {**PROCESSES, "refund, then night": refund_and_night}


def faults_of(world: World) -> Faults:
    faults = world.make_report.books._journal  # type: ignore[attr-defined]  # noqa: SLF001  # the wrapping is ours
    assert isinstance(faults, Faults)
    return faults


def to_rest(world: World) -> None:
    """What was tried again later is through, and two more nights: the first may find marks that are not ripe."""
    for _ in range(2):
        world.leap(timedelta(days=1))
        night(world)


def broken(world: World) -> list[str]:
    """At rest no mark waits, what was posted adds up, and nothing was taken back that nobody took back."""
    left = [f"a mark of {mark.day} is left" for mark in world.books.changed_days(SHOP) if mark.day == D]
    back = [
        f"posting {posting.number} takes back: {posting.change.total}"
        for posting in world.books.adjustments(SHOP, D, D)
        for total in [posting.change.total]
        if min(total.recovered, total.touches.get("sent", 0), total.refunded.get("EUR", 0), total.cost, total.planned) < 0
    ]
    return [*left, *back, *broken_at_rest(world)]


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("main", PROCESSES)
@pytest.mark.parametrize("setting", SETTINGS)
def test_whatever_comes_between_any_two_calls_the_books_add_up(setting: str, main: str, other: str) -> None:
    found, number, reached = {}, 0, True
    while reached:
        world = SETTINGS[setting]()
        faults = faults_of(world)
        at = len(faults.calls) + number
        faults.interrupt[at] = partial(OTHERS[other], world)
        PROCESSES[main](world)
        reached = not faults.interrupt
        faults.interrupt.clear()
        to_rest(world)
        if wrong := broken(world):
            found[f"{number}: before {faults.calls[at]}"] = wrong
        number += 1
    assert found == {}
    assert number > 2, "it was interrupted"


@pytest.mark.parametrize("repeated", [True, False])
@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("main", PROCESSES)
@pytest.mark.parametrize("setting", SETTINGS)
def test_one_fault_at_any_call_and_the_books_add_up(setting: str, main: str, fault: Fault, *, repeated: bool) -> None:
    """Whether or not whoever died is started again."""
    found, number, reached = {}, 0, True
    while reached:
        world = SETTINGS[setting]()
        faults = faults_of(world)
        at = len(faults.calls) + number
        faults.plan[at] = fault
        with suppress(Crash, Broken):
            PROCESSES[main](world)
        reached = not faults.plan
        faults.plan.clear()
        if repeated:
            PROCESSES[main](world)
        to_rest(world)
        if wrong := broken(world):
            found[f"{number}: {faults.calls[at]}"] = wrong
        number += 1
    assert found == {}
    assert number > 2, "it was met"


def test_a_mark_put_again_while_the_day_is_counted_outlives_the_night() -> None:
    """A second run on the same day, so that both marks are of one arrival; the fact itself is written after that run."""
    world = after_the_closing()
    refund(world)
    world.clock.forward(timedelta(hours=1))
    faults, ref = faults_of(world), world.episode("c1").ref
    after_reading_the_marks = len(faults.calls) + 2
    faults.interrupt[after_reading_the_marks] = lambda: world.books.mark(changed_day_of(SHOP, D, world.clock()))
    world.post_adjustments()
    assert faults.calls[after_reading_the_marks - 1].endswith(".changed_days")
    world.episodes.refund(ref, "o1", Refunds({"another": Money(50, "EUR")}))
    to_rest(world)
    assert [posting.change.total.refunded for posting in world.books.adjustments(SHOP, D, D)] == [{"EUR": 100}, {"EUR": 50}]
    assert broken(world) == []
