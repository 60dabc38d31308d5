"""The bill of a month: quantities times prices. What is unpriced is in it by its quantity, and in no sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket_cli.costs.measured import read_measured
from rebasket_cli.costs.prices import price_list
from rebasket_cli.costs.usage import usage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from rebasket_cli.costs.prices import PriceList
    from rebasket_cli.costs.traffic import Traffic

CENT = 10_000
"""In micro-dollars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing. `cost` in micro-dollars, rounded up; None: unpriced. `free`: an account that uses no more has it for nothing."""

    thing: str
    name: str
    quantity: Fraction
    cost: int | None
    source: str | None
    free: bool

    def as_data(self) -> dict[str, object]:
        """For JSON."""
        return {
            "thing": self.thing,
            "name": self.name,
            "quantity": round(float(self.quantity), 6),
            "cost_microusd": self.cost,
            "source": self.source,
            "within_free_allowance": self.free,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Lines of what is used at all."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        """Micro-dollars of all that is priced."""
        return sum(line.cost or 0 for line in self.lines)

    @property
    def unpriced(self) -> tuple[Line, ...]:
        """What is not in the total."""
        return tuple(line for line in self.lines if line.cost is None)

    def line(self, thing: str) -> Line | None:
        """The line of one thing, if it is used."""
        return next((line for line in self.lines if line.thing == thing), None)


def bill(quantities: Mapping[str, Fraction], prices: PriceList) -> Bill:
    """In the order of the price list."""
    lines = []
    for thing, name in prices.things.items():
        quantity = quantities[thing]
        if not quantity:
            continue
        price = prices.prices.get(thing)
        lines.append(
            Line(
                thing=thing,
                name=name,
                quantity=quantity,
                cost=None if price is None else -(-(quantity * price.each) // 1),
                source=price.source if price else None,
                free=thing in prices.free and quantity <= prices.free[thing],
            )
        )
    return Bill(lines=tuple(lines))


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
