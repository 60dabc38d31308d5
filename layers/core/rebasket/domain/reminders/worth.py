"""Whether a cart is worth a reminder: not where all in it is free, too little, or cannot be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.carts.events import Stock
from rebasket.domain.carts.lines import amount
from rebasket.domain.reminders.check import Check

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rebasket.domain.carts.facts import CartFacts

WORTH = "worth a reminder"
IN_STOCK = "in stock"


def worth(facts: CartFacts, least_value: Mapping[str, int]) -> Sequence[Check]:
    """The checks. `least_value`: minor units by currency; where there is none, anything above 0 will do.

    What costs nothing, or is a discount, makes no cart worth going back to: the other lines must be to be had.
    """
    sold = [line for line in facts.lines if amount(line) > 0]
    available = any(line.stock is not Stock.OUT_OF_STOCK for line in sold)
    return Check(WORTH, *_enough(facts, least_value, sold=bool(sold))), Check(IN_STOCK, available or not sold)


def _enough(facts: CartFacts, least_value: Mapping[str, int], *, sold: bool) -> tuple[bool, str]:
    value, currency = facts.value, facts.currency
    if value is None:  # in several currencies, which nobody can add
        return sold, "prices in several currencies"
    least = max(least_value.get(currency or "", 1), 1)
    return value >= least, "" if value >= least else f"{value} of at least {least} {currency or 'in no currency'}"
