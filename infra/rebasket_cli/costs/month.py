"""The bill of a month, and how its figures are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket_cli.costs.bill import Bill, bill
from rebasket_cli.costs.measured import read_measured
from rebasket_cli.costs.prices import price_list
from rebasket_cli.costs.usage import usage

if TYPE_CHECKING:
    from fractions import Fraction

    from rebasket_cli.costs.traffic import Traffic

CENT = 10_000
"""In micro-dollars."""


def priced(traffic: Traffic, region: str) -> Bill:
    """The bill of a month."""
    return bill(usage(traffic, read_measured()), price_list(region, traffic.country))


def dollars(microusd: int | None) -> str:
    """For a person, to the cent."""
    if microusd is None:
        return "unpriced"
    return f"{microusd / 1_000_000:,.2f}" if microusd >= CENT or not microusd else "< 0.01"


def quantity(number: Fraction) -> str:
    """Whole numbers, but for what is less than ten."""
    return f"{float(number):,.0f}" if number >= 10 else f"{float(number):.2g}"
