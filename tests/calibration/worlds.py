"""Shops with a known truth: people come, are treated or held, and buy, by chances that the world sets and nothing else reads.

A world knows nothing of how lift is computed: the truth at a look is the mean of what treatment added to the chance of each
person treated so far. People of a day are Poisson; so are, by thinning, the four counts of a day, each drawn from its own table.
"""

from __future__ import annotations

import math
from bisect import bisect
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAYS = 720
MONTH = 30
QUARTER = 90

Counts = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Day:
    """What a day is like: people expected, chance to buy without treatment, what treatment adds, share held; and its stratum."""

    people: float
    base: float
    effect: float
    held: float
    stratum: int = 0


@dataclass(frozen=True, slots=True)
class World:
    """`day(number, told)`: a day, which may depend on whether the lift was told. `misjudged`: expected people over the true
    ones.
    """

    name: str
    day: Callable[[int, bool], Day]
    a_month: float
    misjudged: float = 1.0

    @property
    def expected_people(self) -> float:
        """In a year, as the shop guesses."""
        return self.a_month * 12 * self.misjudged

    def live(self, seed: int) -> Life:
        """From its first day."""
        return Life(self, seed)


def constant(a_month: float, base: float, effect: float, held: float) -> World:
    """The same every day."""
    same = Day(a_month / MONTH, base, effect, held)
    return World(f"{a_month:g} a month, {base:.1%} buy, {effect * 100:+g}, {held:.0%} held", lambda _, __: same, a_month)


@cache
def _table(mean: float) -> list[float]:
    """Chances of at most 0, 1, 2 … for a Poisson variable."""
    most = int(mean + 12 * math.sqrt(mean) + 12)
    chances = accumulate(range(1, most), lambda chance, k: chance * mean / k, initial=math.exp(-mean))
    return list(accumulate(chances))


def poisson(mean: float, rng: Random) -> int:
    """A draw; `mean` under 700."""
    return bisect(_table(mean), rng.random())


@dataclass(frozen=True, slots=True)
class Look:
    """What is known at the end of a day, and what is true."""

    day: int
    strata: list[Counts]
    truth: float


class Living(Protocol):
    """One shop's days. `told` is set from outside, by whoever looks."""

    told: bool

    def looks(self, days: int = DAYS) -> Iterator[Look]:
        """A look at the end of each day on which, or before which, somebody was treated."""
        ...


class Shop(Protocol):
    """What can be lived through, again and again, to the same end for the same seed."""

    @property
    def name(self) -> str: ...

    @property
    def expected_people(self) -> float: ...

    def live(self, seed: int) -> Living: ...


class Life:
    """The days of a world."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.rng = Random(f"{world.name}/{seed}")
        self.told = False

    def looks(self, days: int = DAYS) -> Iterator[Look]:
        """A look after every day that somebody was treated on or before."""
        strata: dict[int, list[int]] = {}
        added, treated_so_far = 0.0, 0
        for number in range(days):
            day, rng = self.world.day(number, self.told), self.rng
            treated, held = day.people * (1 - day.held), day.people * day.held
            chance = day.base + day.effect
            drawn = (
                poisson(treated * chance, rng),
                poisson(treated * (1 - chance), rng),
                poisson(held * day.base, rng),
                poisson(held * (1 - day.base), rng),
            )
            counts = strata.setdefault(day.stratum, [0, 0, 0, 0])
            counts[0] += drawn[0] + drawn[1]
            counts[1] += drawn[0]
            counts[2] += drawn[2] + drawn[3]
            counts[3] += drawn[2]
            added += (drawn[0] + drawn[1]) * day.effect
            treated_so_far += drawn[0] + drawn[1]
            if treated_so_far:
                yield Look(number, [(a, b, c, d) for a, b, c, d in strata.values()], added / treated_so_far)
