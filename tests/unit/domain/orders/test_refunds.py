"""What was paid back: each event once, never more than the order, nothing set off against another currency."""

from __future__ import annotations

import pytest

from rebasket.domain.money import Money
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.reminders.episode import Credit, Episode, EpisodeRef
from tests.samples import SHOP, START

TOTAL = Money(900, "EUR")
SOME, MORE = Refunds({"e1": Money(300, "EUR")}), Refunds({"e2": Money(50, "EUR")})
CANCELLED = Refunds(cancelled=True)


def test_what_either_tells_of_counts_once() -> None:
    both = SOME | MORE
    assert both == Refunds({"e1": Money(300, "EUR"), "e2": Money(50, "EUR")})
    assert both | SOME == both == both | Refunds() == Refunds() | both
    assert both.of(TOTAL) == 350


@pytest.mark.parametrize(("one", "other"), [(SOME, CANCELLED), (CANCELLED, SOME)])
def test_cancelled_stays_cancelled(one: Refunds, other: Refunds) -> None:
    assert (one | other) == Refunds({"e1": Money(300, "EUR")}, cancelled=True)
    assert (one | other).of(TOTAL) == 900


def test_no_more_is_paid_back_than_was_paid() -> None:
    assert Refunds({"e1": Money(901, "EUR")}).of(TOTAL) == 900


def test_another_currency_is_told_by_itself() -> None:
    mixed = SOME | Refunds({"e3": Money(7, "USD"), "e4": Money(5, "USD"), "e5": Money(0, "GBP")})
    assert mixed.of(TOTAL) == 300
    assert mixed.by_currency(TOTAL) == {"EUR": 300, "USD": 12}


@pytest.mark.parametrize(("order", "refunded"), [("o1", 300), ("o2", 0), (None, 0)])
def test_only_what_was_paid_back_of_the_credited_order_counts(order: str | None, refunded: int) -> None:
    credit = Credit(order=order, cart="c1", at=START, total=TOTAL, by="cart") if order else None
    ref = EpisodeRef(shop=SHOP, day="2026-03-02", cart="c1", generation=1)
    found = Episode(ref=ref, header=None, order=credit, refunds={"o1": SOME})
    assert found.refunded == refunded
    assert found.refunded_by_currency == ({"EUR": refunded} if refunded else {})
