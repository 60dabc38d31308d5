"""Shops whose buyers pay log-normal amounts: what reminders cost for a cart, and what they brought, against what is true.

The truth at a look: of the people treated so far, how many more bought than would have, in expectation; and what those paid.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from tests.calibration.worlds import DAYS, MONTH, Counts, poisson

if TYPE_CHECKING:
    from collections.abc import Iterator

MEAN_PAID = 5_000
"""Minor units."""


@dataclass(frozen=True, slots=True)
class MoneyLook:
    """Counts; sums and sums of squares of what each group paid; what is true."""

    day: int
    counts: Counts
    treated_paid: int
    treated_squares: int
    control_paid: int
    control_squares: int
    true_carts: float
    true_revenue: float


@dataclass(frozen=True, slots=True)
class MoneyShop:
    """`spread`: the standard deviation of an amount's logarithm; 0.6 is a shop of like prices, 1.2 one of pens and pianos."""

    a_month: float
    base: float
    effect: float
    held: float
    spread: float

    @property
    def name(self) -> str:
        """As tables show it."""
        shop = f"{self.a_month:g} a month, {self.base:.0%} buy, {self.effect * 100:+g}, {self.held:.0%} held"
        return f"{shop}, spread of amounts {self.spread:g}"

    def looks(self, seed: int, days: int = DAYS) -> Iterator[MoneyLook]:
        """A look after every day."""
        rng = Random(f"{self.name}/{seed}")
        people, middle = self.a_month / MONTH, math.log(MEAN_PAID) - self.spread**2 / 2
        sizes, paid, squares = [0, 0], [0, 0], [0, 0]
        buyers = [0, 0]
        for day in range(days):
            for arm, (share, chance) in enumerate(((1 - self.held, self.base + self.effect), (self.held, self.base))):
                bought = poisson(people * share * chance, rng)
                sizes[arm] += bought + poisson(people * share * (1 - chance), rng)
                buyers[arm] += bought
                for _ in range(bought):
                    amount = round(rng.lognormvariate(middle, self.spread))
                    paid[arm] += amount
                    squares[arm] += amount * amount
            more = sizes[0] * self.effect
            counts = sizes[0], buyers[0], sizes[1], buyers[1]
            yield MoneyLook(day, counts, paid[0], squares[0], paid[1], squares[1], more, more * MEAN_PAID)


def money_shops() -> list[MoneyShop]:
    """Small and large, few held and many, amounts alike and not."""
    return [
        MoneyShop(a_month, 0.05, effect, held, spread)
        for a_month in (300, 3000)
        for effect in (0.0, 0.03)
        for held in (0.1, 0.5)
        for spread in (0.6, 1.2)
    ]
