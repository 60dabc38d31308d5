"""A cart that is worth nothing to go back to is not reminded of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts.cart import Cart, recorded
from rebasket.domain.carts.events import Details, Line, Stock
from rebasket.domain.reminders.decision import Send, Skip, decide
from rebasket.domain.reminders.worth import IN_STOCK, WORTH, worth
from rebasket_cli.why.words import ABOUT_THE_CART
from tests.samples import ANNA, SHOP, START, Reports, a_line, after, person
from tests.unit.domain.reminders.test_decision import asked

if TYPE_CHECKING:
    from collections.abc import Mapping

GONE = Stock.OUT_OF_STOCK
KETTLE, CUP, SAMPLE, PROMO = a_line("kettle", 1, 4990), a_line("cup", 1, 790), a_line("sample", 1, 0), a_line("promo", 1, -790)


def cart_of(*lines: Line) -> Cart:
    return recorded(Cart.blank(SHOP, "c1"), Reports().updated("c1", START, *lines, who=person(ANNA)), START)


@pytest.mark.parametrize(
    ("lines", "least", "why"),
    [
        ((KETTLE,), {}, None),
        ((SAMPLE,), {}, WORTH),
        ((CUP, PROMO), {}, WORTH),
        ((CUP, SAMPLE), {}, None),
        ((CUP,), {"EUR": 790}, None),
        ((CUP,), {"EUR": 791}, WORTH),
        ((CUP,), {"UAH": 791}, None),
        ((SAMPLE,), {"EUR": 0}, WORTH),
        ((replace(KETTLE, stock=GONE),), {}, IN_STOCK),
        ((replace(KETTLE, stock=GONE), CUP), {}, None),
        ((replace(KETTLE, stock=GONE), replace(CUP, stock=GONE), SAMPLE), {}, IN_STOCK),
        ((replace(SAMPLE, stock=GONE), CUP), {}, None),
    ],
)
def test_free_little_or_out_of_stock(lines: tuple[Line, ...], least: Mapping[str, int], why: str | None) -> None:
    decision = decide(asked(cart=cart_of(*lines), least_value=least), after(hours=1))
    if why is None:
        assert isinstance(decision, Send)
    else:
        assert isinstance(decision, Skip)
        assert decision.why == why
        assert why in ABOUT_THE_CART


def test_prices_in_several_currencies_are_not_held_against_a_least_value_but_nothing_is_nothing() -> None:
    euros = cart_of(KETTLE)
    dollars = replace(Reports().added("c1", START + timedelta(minutes=1), CUP), id="x", details=Details(currency="USD"))
    both = recorded(euros, dollars, START).facts
    assert [check.passed for check in worth(both, {"EUR": 10**6, "USD": 10**6})] == [True, True]
    free = recorded(cart_of(SAMPLE), replace(dollars, line=replace(CUP, unit_price=0)), START).facts
    assert free.value is None
    assert [check.passed for check in worth(free, {})] == [False, True]
