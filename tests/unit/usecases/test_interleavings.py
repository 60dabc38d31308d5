"""Two things at once: whatever comes between any two calls of a wake or of a recorded event, the promises hold.

One process is stopped before each of its calls in turn; another runs there from beginning to end; then the first goes on with
what it had read before.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts.timer import LEASE, Timer
from rebasket.domain.people.contact import TouchId
from rebasket.domain.sending.delivery_events import DeliveryEvent
from tests.faults import Crash, Faults, watched
from tests.promises import broken_at_rest, broken_by_history
from tests.samples import ANNA, ANNA_PHONE, SHOP, START, Reports, a_line, after, person
from tests.stories import AT_REST
from tests.world import World

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.carts.events import Event

Process = Callable[[World], None]

BOTH = person(ANNA, ANNA_PHONE)


def two_carts() -> World:
    """One that is just being looked at, one of the same shopper beside it."""
    world = World(wrap=partial(watched, journal=Faults()))
    shop = Reports()
    world.record(shop.updated("c1", START, who=BOTH))
    world.record(shop.updated("c2", START, who=person(ANNA)))
    world.advance(after(minutes=59))
    world.clock.at = after(hours=1)
    return world


def one_step_later() -> World:
    """The same, with the first step behind it and the second due."""
    world = two_carts()
    world.sweep()
    world.deliver()
    world.leap(after(hours=23, minutes=59))
    world.clock.at = after(hours=24)
    return world


def wake(world: World) -> None:
    world.attend(
        Timer(shop=SHOP, cart="c1", generation=1, due=world.clock(), day="2026-03-02" if world.episode_refs("c1") else None)
    )


def told(event: str, shop: Reports, now: datetime) -> Event:
    """Something of just now."""
    match event:
        case "order":
            return shop.ordered("c1", now)
        case "order elsewhere":
            return shop.ordered("laptop", now, who=person(ANNA))
        case "order by phone":
            return shop.ordered("laptop", now, who=BOTH)
        case "return":
            return shop.added("c1", now, a_line("more"))
        case "late snapshot":
            return shop.updated("c1", START, a_line("z"), who=BOTH)
        case "deletion":
            return shop.deleted("c1", now)
        case "new cart":
            return shop.updated("c3", now, who=BOTH)
        case _:
            return shop.identified("", now, person(ANNA, ANNA_PHONE, granted=False, said_at=now))


EVENTS = ("order", "order elsewhere", "order by phone", "return", "late snapshot", "deletion", "new cart", "withdrawal")


def says(event: str) -> Process:
    """The shop reports it, each time under another id."""

    def process(world: World) -> None:
        world.record(replace(told(event, Reports(), world.clock()), id=f"{event} {len(world.history)}"))

    return process


def complaint(world: World) -> None:
    world.feedback(TouchId("elsewhere", 1, 1), ANNA, DeliveryEvent.COMPLAINED, day="2026-03-01")


def complaint_by_phone(world: World) -> None:
    world.feedback(TouchId("elsewhere", 1, 1), ANNA_PHONE, DeliveryEvent.COMPLAINED, day="2026-03-01")


def other_cart(world: World) -> None:
    world.attend(Timer(shop=SHOP, cart="c2", generation=1, due=world.clock()))


def then_the_same_wake(event: str) -> Process:
    """Something happens, and another wake of the same timer decides by what it now reads."""

    def process(world: World) -> None:
        says(event)(world)
        wake(world)

    return process


def after_the_lease(world: World) -> None:
    """Whoever was stopped here will not go on: no function lives that long."""
    world.clock.forward(LEASE)
    wake(world)
    raise Crash


def rearm(world: World) -> None:
    world.rearm()


OTHERS: dict[str, Process] = {
    **{name: says(name) for name in EVENTS},
    "complaint": complaint,
    "complaint by phone": complaint_by_phone,
    "same wake": wake,
    "wake of the other cart": other_cart,
    "rearm": rearm,
    **{
        f"{name}, then the same wake": then_the_same_wake(name)
        for name in ("return", "late snapshot", "deletion", "order elsewhere")
    },
    "the lease runs out, then the same wake": after_the_lease,
}
MAINS: dict[str, tuple[Callable[[], World], Process]] = {
    "first step": (two_carts, wake),
    "second step": (one_step_later, wake),
    "order": (two_carts, says("order")),
    "order elsewhere": (one_step_later, says("order by phone")),
    "return": (one_step_later, says("return")),
    "late snapshot": (two_carts, says("late snapshot")),
    "complaint": (two_carts, complaint),
}


def journal_of(world: World) -> Faults:
    faults = world.record_event.carts._journal  # type: ignore[attr-defined]  # noqa: SLF001  # the wrapping is ours
    assert isinstance(faults, Faults)
    return faults


def to_rest(world: World) -> None:
    """Meanwhile what is due is swept, too."""
    world.leap(AT_REST)


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("main", MAINS)
def test_whatever_comes_between_any_two_calls_the_promises_hold(main: str, other: str) -> None:
    setting, process = MAINS[main]
    broken, number, reached = {}, 0, True
    while reached:
        world = setting()
        faults = journal_of(world)
        at = len(faults.calls) + number
        faults.interrupt[at] = partial(OTHERS[other], world)
        with suppress(Crash):
            process(world)
        reached = not faults.interrupt
        faults.interrupt.clear()
        to_rest(world)
        if found := broken_by_history(world) + broken_at_rest(world):
            broken[f"{number}: before {faults.calls[at]}"] = found
        number += 1
    assert broken == {}
    assert number > 2, "it was interrupted"
