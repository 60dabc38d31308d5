"""Shops whose people have tendencies of their own and come again: counted once a season and drawn anew, as the product does,
or not.

Each season everyone comes with the same chance, on any of its days, with one cart or several. Tendencies are Beta variables,
the likeness of a person with itself (intra-class correlation) is `icc`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from tests.calibration.worlds import DAYS, QUARTER, Counts, Look

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class CrowdShop:
    """`carts`: of a person in a season, 1 to so many. `kept_arm`: who is held is held for ever. `by_cart`: counts carts, not
    people.
    """

    a_month: float
    base: float
    effect: float
    held: float
    icc: float = 0.1
    carts: int = 1
    kept_arm: bool = False
    by_cart: bool = False

    @property
    def name(self) -> str:
        """As tables show it."""
        how = f"carts counted, 1 to {self.carts} a season" if self.by_cart else "people counted once a season"
        arm = "in the same arm for ever" if self.kept_arm else "drawn anew each season"
        what = f"{self.a_month:g} a month, {self.base:.0%} buy, {self.effect * 100:+g}, {self.held:.0%} held"
        return f"{how}, {arm}; likeness {self.icc:g}; {what}"

    @property
    def expected_people(self) -> float:
        """In a year."""
        return self.a_month * 12

    def live(self, seed: int) -> CrowdLife:
        """From its first day."""
        return CrowdLife(self, seed)


class CrowdLife:
    """The days of a crowd."""

    def __init__(self, shop: CrowdShop, seed: int) -> None:
        self.shop = shop
        self.rng = Random(f"{shop.name}/{seed}")
        self.told = False

    def looks(self, days: int = DAYS) -> Iterator[Look]:
        """A look after every day."""
        shop, rng = self.shop, self.rng
        total = 1 / shop.icc - 1
        # Half of all people come in a season.
        people = [
            (rng.betavariate(shop.base * total, (1 - shop.base) * total), rng.random() < shop.held)
            for _ in range(round(shop.a_month * QUARTER / 30 * 2))
        ]
        strata: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        added, treated = 0.0, 0
        coming: list[list[tuple[float, bool]]] = []
        for number in range(days):
            season, day = divmod(number, QUARTER)
            if not day:
                coming = self._season(people)
            for tendency, held in coming[day]:
                chance = tendency if held else tendency + shop.effect
                counts, at = strata[season], 2 if held else 0
                carts = rng.randint(1, shop.carts) if shop.by_cart else 1
                counts[at] += carts
                counts[at + 1] += sum(rng.random() < chance for _ in range(carts))
                if not held:
                    added += carts * shop.effect
                    treated += carts
            if treated:
                yield Look(number, [_counts(c) for c in strata.values()], added / treated)

    def _season(self, people: list[tuple[float, bool]]) -> list[list[tuple[float, bool]]]:
        shop, rng = self.shop, self.rng
        coming: list[list[tuple[float, bool]]] = [[] for _ in range(QUARTER)]
        for tendency, held in people:
            if rng.random() < 0.5:
                arm = held if shop.kept_arm else rng.random() < shop.held
                coming[rng.randrange(QUARTER)].append((tendency, arm))
        return coming


def _counts(counts: list[int]) -> Counts:
    return counts[0], counts[1], counts[2], counts[3]
