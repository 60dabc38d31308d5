"""An order told in pieces, in any order, and more than once."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

from rebasket.aws.order_codec import pack_order, unpack_order
from rebasket.domain.carts.events import OrderPaid, Origin, Payment, PaymentFailed
from rebasket.domain.carts.order import Order, told
from rebasket.domain.money import Money
from rebasket.domain.people.holds import PaymentWord
from tests.samples import SHOP, START, Reports, after

if TYPE_CHECKING:
    from rebasket.domain.carts.order import OrderEvent

shop = Reports()
PLACED = replace(shop.ordered("c1", START, minor=900), payment=Payment.PENDING)
FAILED = PaymentFailed(id="f", shop=SHOP, cart="c1", at=after(hours=1), order="o1")
PAID = OrderPaid(id="p", shop=SHOP, cart="c1", at=after(hours=2), order="o1")
LESS = replace(PLACED, id="less", total=Money(700, "EUR"), revised_at=after(hours=3), number="#1", origin=Origin.PHONE)


def of(*events: OrderEvent) -> Order:
    order = Order()
    for event in events:
        order = told(order, event)
    return order


def test_in_whatever_order_it_is_told_it_is_the_same() -> None:
    whole = of(PLACED, FAILED, PAID, LESS)
    assert (whole.word, whole.word_at, whole.total, whole.number) == (PaymentWord.PAID, PAID.at, Money(700, "EUR"), "#1")
    assert (whole.paid, whole.placed_at, whole.told_at) == (True, START, after(hours=3))
    said: tuple[OrderEvent, ...] = (PLACED, FAILED, PAID, LESS)
    for events in permutations(said):
        assert of(*events, events[0]) == whole


def test_of_two_words_on_the_payment_the_later_counts_then_the_sequence_then_the_weight() -> None:
    assert of(PLACED).word is PaymentWord.PENDING
    assert of(PLACED, FAILED).word is PaymentWord.FAILED
    assert of(PLACED, PAID, FAILED).word is PaymentWord.PAID
    failed_then = replace(FAILED, at=PAID.at)
    assert of(PLACED, PAID, failed_then).word is PaymentWord.PAID
    assert of(PLACED, replace(PAID, sequence=1), replace(failed_then, sequence=2)).word is PaymentWord.FAILED


def test_what_was_cancelled_and_is_paid_after_that_is_a_purchase_and_not_paid_back() -> None:
    called_off = shop.cancelled("c1", after(hours=1))
    assert of(PLACED, called_off).word is PaymentWord.CANCELLED
    assert not of(PLACED, called_off).paid
    assert of(PLACED, called_off).refunded == 0, "what was never paid is not paid back"
    assert (of(PLACED, called_off, PAID).word, of(PLACED, called_off, PAID).refunded) == (PaymentWord.PAID, 0)
    bought = replace(PLACED, payment=Payment.PAID)
    assert (of(bought, called_off).paid, of(bought, called_off).refunded) == (True, 900)


def test_of_totals_of_one_time_that_counts_which_came_last_and_one_replaced_does_not_come_back() -> None:
    first, second, third = (replace(PLACED, id=f"t{minor}", total=Money(minor, "EUR")) for minor in (900, 700, 800))
    assert of(first, second).total == Money(700, "EUR")
    assert of(first, second, first).total == Money(700, "EUR")
    assert of(first, second, third, second, first).total == Money(800, "EUR")
    assert of(first, replace(first, id="none", total=None)).total == Money(900, "EUR")
    assert of(replace(second, sequence=2), replace(first, sequence=1)).total == Money(700, "EUR")


def test_it_is_stored_whole_and_a_plain_one_as_before() -> None:
    whole = replace(
        of(PLACED, FAILED, LESS, shop.refunded("c1", after(hours=4), minor=5), shop.cancelled("c1", after(hours=5))),
        pay_url="https://tea.example/pay",
        pay_by=after(days=2),
        discounts=(("TEN", 100),),
        learnt_at=after(seconds=3),
        folded=(Money(5, "EUR"),),
    )
    assert unpack_order(pack_order(whole)) == whole
    replaced = of(PLACED, replace(PLACED, total=Money(1, "EUR")))
    assert unpack_order(pack_order(replaced)) == replaced
    assert len(pack_order(of(shop.ordered("c1", START)))) == len([START, "total", "refunds", "cancelled"])
