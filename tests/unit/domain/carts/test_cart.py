"""The phases of a cart, as events are recorded on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts.cart import Cart, Closed, Declared, Phase, erased, newly_named, recorded
from tests.samples import ANNA, ANNA_PHONE, SHOP, START, Reports, a_line, after, person

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.carts.events import Event

BLANK = Cart.blank(SHOP, "c1")


def cart_after(*events: Event, cart: Cart = BLANK, now: datetime = START) -> Cart:
    for event in events:
        cart = recorded(cart, event, now)
    return cart


def abandoned(cart: Cart) -> Cart:
    mark = Declared(generation=cart.generation, day="2026-03-02", at=after(hours=1), due=after(hours=1), value=1990)
    return replace(cart, version=cart.version + 1, phase=Phase.ABANDONED, episodes=(*cart.episodes, mark))


@pytest.fixture
def shop() -> Reports:
    return Reports()


def test_the_first_activity_begins_the_first_generation(shop: Reports) -> None:
    cart = cart_after(shop.updated())
    assert (cart.phase, cart.generation, cart.version, cart.seen_at) == (Phase.ACTIVE, 1, 1, START)


def test_more_activity_stays_in_the_same_generation(shop: Reports) -> None:
    cart = cart_after(shop.updated(), shop.checkout("c1", after(minutes=5)))
    assert (cart.phase, cart.generation, cart.version) == (Phase.ACTIVE, 1, 2)


def test_a_returning_shopper_begins_the_next_generation(shop: Reports) -> None:
    cart = abandoned(cart_after(shop.updated()))
    back = cart_after(shop.checkout("c1", after(hours=2)), cart=cart, now=after(hours=2))
    assert (back.phase, back.generation) == (Phase.ACTIVE, 2)
    assert back.declared(1) is not None
    assert back.declared(2) is None


def test_a_late_event_changes_what_an_abandoned_cart_holds_and_nothing_of_where_it_stands(shop: Reports) -> None:
    cart = abandoned(cart_after(shop.updated("c1", after(minutes=5))))
    late = cart_after(shop.updated("c1", START, a_line("old"), who=person(ANNA)), cart=cart, now=after(hours=2))
    assert (late.phase, late.generation, late.seen_at) == (Phase.ABANDONED, 1, after(hours=2))
    assert ANNA in late.facts.named


@pytest.mark.parametrize("later", ["updated", "deleted"])
def test_bought_stays_bought_whatever_comes_after(shop: Reports, later: str) -> None:
    cart = cart_after(shop.updated(), shop.ordered("c1", after(minutes=1)))
    more = shop.updated("c1", after(hours=1)) if later == "updated" else shop.deleted("c1", after(hours=1))
    assert cart_after(more, cart=cart).phase is Phase.BOUGHT
    assert cart_after(shop.cancelled("c1", after(hours=1)), cart=cart).phase is Phase.BOUGHT


def test_a_purchase_ends_a_deleted_cart_too(shop: Reports) -> None:
    cart = cart_after(shop.updated(), shop.deleted("c1", after(minutes=1)), shop.ordered("c1", after(minutes=2)))
    assert (cart.phase, cart.why) == (Phase.BOUGHT, None)


def test_a_deleted_cart_is_closed_with_the_reason_and_opens_again_in_a_new_generation(shop: Reports) -> None:
    cart = cart_after(shop.updated(), shop.deleted("c1", after(minutes=1)))
    assert (cart.phase, cart.why) == (Phase.CLOSED, Closed.DELETED)
    again = cart_after(shop.updated("c1", after(minutes=2)), cart=cart)
    assert (again.phase, again.why, again.generation) == (Phase.ACTIVE, None, 2)


def test_a_cart_closed_as_empty_wakes_when_it_turns_out_not_to_be(shop: Reports) -> None:
    empty = cart_after(shop.checkout("c1", after(minutes=5)))
    closed = replace(empty, version=2, phase=Phase.CLOSED, why=Closed.EMPTY)
    filled = cart_after(shop.updated("c1", START), cart=closed)
    assert (filled.phase, filled.generation) == (Phase.ACTIVE, 2)
    still = cart_after(shop.updated("c1", START, empty=True), cart=closed)
    assert (still.phase, still.why) == (Phase.CLOSED, Closed.EMPTY)


def test_a_refund_of_an_order_nobody_reported_promises_nothing(shop: Reports) -> None:
    assert cart_after(shop.refunded("c1", START)).phase is Phase.NEW


def test_our_time_of_the_last_change_never_falls(shop: Reports) -> None:
    cart = cart_after(shop.updated(), now=after(minutes=9))
    assert cart_after(shop.checkout("c1", after(minutes=1)), cart=cart, now=after(minutes=3)).seen_at == after(minutes=9)


def test_an_erased_cart_holds_nothing_of_anybody_and_takes_nothing_more(shop: Reports) -> None:
    cart = erased(cart_after(shop.updated(who=person(ANNA))), after(hours=1))
    assert (cart.phase, cart.why, cart.version, cart.seen_at) == (Phase.CLOSED, Closed.ERASED, 2, after(hours=1))
    assert not cart.facts.named
    assert not cart.facts.lines
    assert not cart.facts.registers
    assert cart_after(shop.updated("c1", after(hours=2), who=person(ANNA)), cart=cart) is cart


def test_newly_named_are_addresses_that_are_new_or_say_something_new(shop: Reports) -> None:
    one = cart_after(shop.identified("c1", START, person(ANNA)))
    same = cart_after(shop.identified("c1", after(minutes=1), person(ANNA)), cart=one)
    assert newly_named(one, same) == ()
    unasked = cart_after(shop.identified("c1", after(minutes=1), person(ANNA, ANNA_PHONE, granted=None)), cart=one)
    assert newly_named(one, unasked) == (ANNA_PHONE,)
    withdrawn = cart_after(shop.identified("c1", after(minutes=1), person(ANNA, granted=False, said_at=START)), cart=one)
    assert newly_named(one, withdrawn) == (ANNA,)
