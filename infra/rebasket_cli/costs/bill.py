"""Quantities times prices. What is unpriced is in the bill by its quantity, and in no sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from rebasket_cli.costs.prices import PriceList


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
