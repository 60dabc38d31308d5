"""What the people of a cart are told of its orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts.cart import Cart, recorded
from rebasket.domain.carts.events import OrderPaid, Origin, Payment, PaymentFailed
from rebasket.domain.carts.order_effects import Hold, Purchase, effects_of
from rebasket.domain.people import holds
from rebasket.domain.people.holds import PaymentWord
from tests.samples import ANNA, ANNA_PHONE, BOHDAN, SHOP, START, Reports, after, person

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.carts.events import Event
    from rebasket.domain.carts.order_effects import Effect

SKEW = timedelta(seconds=3)


def told(*events: Event, late: timedelta = SKEW) -> tuple[Effect, ...]:
    """What comes of the last of these, each told a little after it happened, the last one so late."""
    cart = Cart.blank(SHOP, "c1")
    effects: tuple[Effect, ...] = ()
    for number, event in enumerate(events, 1):
        now = event.at + (late if number == len(events) else SKEW)
        new = recorded(cart, event, now)
        effects, cart = effects_of(cart, new, event, now), new
    return effects


def paid(at: datetime) -> OrderPaid:
    return OrderPaid(id="paid", shop=SHOP, cart="c1", at=at, order="o1")


@pytest.fixture
def shop() -> Reports:
    return Reports()


def test_a_paid_order_is_a_purchase_of_everybody_on_the_cart(shop: Reports) -> None:
    cart = shop.updated("c1", START, who=person(ANNA_PHONE))
    order = shop.ordered("c1", after(minutes=5), who=person(ANNA))
    bought = Purchase(order="o1", bought_at=order.at + SKEW, placed_at=order.at, of=(ANNA, ANNA_PHONE))
    assert told(cart, order) == (bought,)
    assert told(cart, order, replace(order, id="again", total=None)) == ()


def test_who_is_named_on_a_bought_cart_later_is_told_alone(shop: Reports) -> None:
    order = shop.ordered("c1", START, who=person(ANNA))
    named = shop.identified("c1", after(minutes=5), person(ANNA, BOHDAN))
    assert told(order, named) == (Purchase(order="o1", bought_at=named.at + SKEW, placed_at=START, of=(BOHDAN,)),)


def test_who_is_named_in_the_next_life_of_a_cart_bought_before_it_began(shop: Reports) -> None:
    order = shop.ordered("c1", START, who=person(ANNA))
    filled = shop.updated("c1", after(days=2), who=person(BOHDAN))
    assert told(order, filled) == (Purchase(order="o1", bought_at=START, placed_at=START, of=(BOHDAN,)),)


def test_an_order_told_late_stops_nothing_that_was_begun_more_than_a_day_after_it(shop: Reports) -> None:
    order = shop.ordered("c1", START, who=person(ANNA))
    (bought,) = told(order, late=timedelta(days=30))
    assert isinstance(bought, Purchase)
    assert bought.bought_at == after(days=1)


@pytest.mark.parametrize("origin", Origin)
def test_only_renewals_and_imports_stop_nobody(shop: Reports, origin: Origin) -> None:
    order = replace(shop.ordered("c1", START, who=person(ANNA)), origin=origin)
    assert bool(told(order)) == (origin not in (Origin.RENEWAL, Origin.IMPORT))


def test_each_word_on_a_payment_is_a_hold_of_the_time_at_which_the_order_became_known(shop: Reports) -> None:
    order = replace(shop.ordered("c1", START, who=person(ANNA)), payment=Payment.PENDING, pay_by=after(days=2))
    known = {"held_at": START + SKEW, "placed_at": START}
    waits = holds.Hold(word=PaymentWord.PENDING, at=START, until=after(days=2), **known)
    assert told(order) == (Hold(order="o1", hold=waits, of=(ANNA,)),)
    failed = PaymentFailed(id="failed", shop=SHOP, cart="c1", at=after(hours=1), order="o1")
    assert told(order, failed) == (Hold(order="o1", hold=holds.Hold(word=PaymentWord.FAILED, at=failed.at, **known), of=(ANNA,)),)
    called_off = shop.cancelled("c1", after(hours=2))
    assert told(order, called_off) == (
        Hold(order="o1", hold=holds.Hold(word=PaymentWord.CANCELLED, at=called_off.at, **known), of=(ANNA,)),
    )
    bought, word = told(order, failed, paid(after(days=1)))
    assert bought == Purchase(order="o1", bought_at=START + SKEW, placed_at=START, of=(ANNA,))
    assert word == Hold(order="o1", hold=holds.Hold(word=PaymentWord.PAID, at=after(days=1), **known), of=(ANNA,))


def test_an_older_word_that_comes_late_and_a_refund_are_none(shop: Reports) -> None:
    order = replace(shop.ordered("c1", START, who=person(ANNA)), payment=Payment.PENDING)
    failed = PaymentFailed(id="failed", shop=SHOP, cart="c1", at=after(minutes=30), order="o1")
    assert told(order, paid(after(hours=1)), failed) == ()
    assert told(order, shop.refunded("c1", after(hours=1))) == ()


def test_without_a_pay_by_a_hold_ends_after_a_week_and_never_after_a_month(shop: Reports) -> None:
    order = replace(shop.ordered("c1", START, who=person(ANNA)), payment=Payment.PENDING)
    for pay_by, until in ((None, after(days=7)), (after(days=300), after(days=30))):
        (word,) = told(replace(order, pay_by=pay_by))
        assert isinstance(word, Hold)
        assert word.hold.until == until


def test_a_word_on_an_order_that_nobody_told_of_ends_its_hold(shop: Reports) -> None:
    """Told without the cart, it comes under one of its own, with whoever it names."""
    (word,) = told(replace(paid(after(hours=1)), person=person(ANNA)))
    assert word == Hold(
        order="o1",
        hold=holds.Hold(word=PaymentWord.PAID, at=after(hours=1), held_at=after(hours=1) + SKEW, placed_at=after(hours=1)),
        of=(ANNA,),
    )
