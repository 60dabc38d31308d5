"""Rearming: carts that lost their timer get one, and nobody is bothered for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts.timer import LEAD
from tests.promises import broken_at_rest
from tests.samples import ANNA, BOHDAN, EMAIL_ONLY, Reports, a_line, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.domain.carts.cart import Cart


@pytest.fixture
def world() -> World:
    return World(a_shop(steps=EMAIL_ONLY))


def test_an_active_cart_gets_the_timer_it_should_have(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.lose_timers()
    (armed,) = world.rearm()
    assert (armed.cart, armed.generation, armed.due) == ("c1", 1, after(hours=1))
    world.advance(timedelta(days=2))
    assert [message.at for message in world.messages] == [after(hours=1), after(hours=24)]


def test_what_breaks_off_half_way_has_armed_what_it_found(world: World, shop: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    for cart in ("c1", "c2"):
        world.record(shop.updated(cart, who=person(ANNA)))
    world.lose_timers()

    def until_the_line_drops() -> Iterator[Cart]:
        yield world.cart("c1")
        raise ConnectionError

    monkeypatch.setattr(world.carts, "all", until_the_line_drops)
    with pytest.raises(ConnectionError):
        world.rearm()
    assert [timer.cart for timer in world.outstanding()] == ["c1"]


def test_an_overdue_cart_is_looked_at_after_the_lead(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.lose_timers()
    world.clock.at = after(hours=9, seconds=1)
    (armed,) = world.rearm()
    assert armed.due == after(hours=9, minutes=3)
    assert armed.due >= world.clock() + LEAD
    world.advance(timedelta(days=2))
    assert [message.at for message in world.messages] == [after(hours=9, minutes=3), after(hours=24)]


def test_a_timer_that_is_stored_but_that_sweep_has_passed_by_does_not_count(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.timers.advance(after(hours=3))
    world.clock.at = after(hours=3)
    (armed,) = world.rearm()
    assert armed.due == after(hours=3) + LEAD


def test_an_abandoned_cart_gets_the_timer_of_its_next_step(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.advance(timedelta(hours=2))
    world.lose_timers()
    (armed,) = world.rearm()
    assert (armed.due, armed.day) == (after(hours=24), "2026-03-02")
    world.advance(timedelta(days=2))
    assert len(world.messages) == 2


def test_an_abandoned_cart_whose_episode_was_never_filed_is_looked_at_at_once(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.advance(timedelta(hours=1))
    world.episodes.items.clear()
    world.contacts.items.clear()
    world.lose_timers()
    (armed,) = world.rearm()
    assert armed.due == world.clock() + LEAD
    world.advance(timedelta(days=2))
    assert set(world.touches()) == {1, 2}


def test_carts_that_ended_or_still_have_their_timer_get_none(world: World, shop: Reports) -> None:
    world.record(shop.updated("live", after(seconds=0), who=person(ANNA)))
    world.record(shop.updated("abandoned", after(minutes=-90), who=person(BOHDAN)))
    world.record(shop.ordered("bought", after(seconds=0)))
    world.record(shop.updated("gone", after(seconds=0)))
    world.record(shop.deleted("gone", after(minutes=1)))
    world.record(shop.refunded("new", after(seconds=0)))
    world.advance(timedelta(minutes=30))
    assert world.rearm() == []


def test_a_cart_whose_last_step_ended_needs_none(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.advance(timedelta(days=2))
    world.lose_timers()
    assert world.rearm() == []


def test_a_dry_run_names_what_it_would_arm_and_arms_nothing(world: World, shop: Reports) -> None:
    for name in ("c1", "c2"):
        world.record(shop.updated(name, after(seconds=0), who=person(ANNA)))
    world.lose_timers()
    assert [timer.cart for timer in world.rearm(dry=True)] == ["c1", "c2"]
    assert world.outstanding() == []


def test_rearming_again_and_again_bothers_nobody(world: World, shop: Reports) -> None:
    for n in range(3):
        world.record(shop.updated(f"c{n}", after(minutes=n), who=person(ANNA)))
    for _ in range(60):
        world.rearm()
        world.advance(timedelta(minutes=47))
    assert len(world.messages) == len({message.touch for message in world.messages}) == 2, "of the newest cart"
    assert [len(world.touches(f"c{n}")) for n in range(3)] == [2, 2, 2]


def test_a_shop_that_is_gone_is_left_alone(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.lose_timers()
    world.shops.items.clear()
    assert world.rearm() == []


def test_the_open_steps_of_an_episode_that_is_over_get_their_end_too(world: World, shop: Reports) -> None:
    """Bought, deleted, or the shopper came back: the timer of the next step would have ended them, and is lost."""
    world.record(shop.updated("bought", after(seconds=0), who=person(ANNA)))
    world.record(shop.updated("gone", after(seconds=0), who=person(BOHDAN)))
    world.record(shop.updated("back", after(seconds=0)))
    world.advance(timedelta(hours=2))
    world.record(shop.ordered("bought", after(hours=2)))
    world.record(shop.deleted("gone", after(hours=2)))
    world.record(shop.updated("back", after(hours=2), a_line(quantity=2)))
    assert world.rearm() == [], "their timers are there"
    world.lose_timers()
    armed = world.rearm()
    assert [(timer.cart, timer.generation, timer.day) for timer in armed] == [
        ("bought", 1, "2026-03-02"), ("gone", 1, "2026-03-02"), ("back", 2, None), ("back", 1, "2026-03-02"),
    ]  # fmt: skip
    world.advance(timedelta(days=3))
    assert [world.touches(name)[2][0] for name in ("bought", "gone", "back")] == ["skipped"] * 3
    assert len(world.messages) == 2
    assert broken_at_rest(world) == []
    assert world.rearm() == []
