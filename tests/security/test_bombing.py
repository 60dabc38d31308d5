"""Somebody types a stranger's address into a shop's forms, or a bot does, or a leaked key: how much the stranger gets."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.reminders.episode import TouchState
from tests.samples import ANNA, EMAIL_ONLY, ONE_EMAIL, START, Reports, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from rebasket.domain.shops.policy import Shop

WEEK = timedelta(days=7)


def bombed(shop: Shop, carts: int) -> World:
    """Carts of one address, all at once."""
    world, reports = World(shop), Reports()
    for number in range(carts):
        world.record(reports.updated(f"c{number}", START, who=person(ANNA)))
    world.leap(after(days=6))
    return world


def test_a_stranger_gets_as_many_as_the_cap_says_over_all_carts() -> None:
    world = bombed(a_shop(steps=EMAIL_ONLY, cap=3, cap_window=WEEK), 40)
    assert len(world.messages) == 3
    ends = [touch.state for number in range(40) for touch in world.episode(f"c{number}").touches.values()]
    assert (ends.count(TouchState.SENT), ends.count(TouchState.SKIPPED)) == (3, 2 * 40 - 3)


def test_spellings_of_one_address_share_the_cap() -> None:
    world, reports = World(a_shop(steps=ONE_EMAIL, cap=1, cap_window=WEEK)), Reports()
    for number, value in enumerate(("anna@example.org", "Anna@Example.org", "ANNA@EXAMPLE.ORG")):
        world.record(reports.updated(f"c{number}", START, who=person(type(ANNA)(ANNA.channel, value))))
    world.leap(after(days=6))
    assert len(world.messages) == 1


def test_without_a_consent_a_stranger_gets_nothing() -> None:
    world, reports = World(a_shop(steps=EMAIL_ONLY)), Reports()
    for number in range(20):
        world.record(reports.updated(f"c{number}", START, who=person(ANNA, granted=None)))
    world.leap(after(days=6))
    assert world.messages == []


def test_one_no_ends_it_for_all_carts_there_are_and_will_be() -> None:
    world, reports = World(a_shop(steps=EMAIL_ONLY, cap=99, cap_window=WEEK)), Reports()
    for number in range(10):
        world.record(reports.updated(f"c{number}", after(minutes=10 * number), who=person(ANNA)))
    world.leap(after(hours=1, minutes=5))
    (message,) = world.messages
    assert message.touch is not None
    world.opt_out(message.touch)
    for number in range(10, 20):
        world.record(reports.updated(f"c{number}", after(hours=2), who=person(ANNA)))
    world.leap(after(days=6))
    assert len(world.messages) == 1
