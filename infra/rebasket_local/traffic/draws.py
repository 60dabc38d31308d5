"""Seeded chance. Each question has a stream of its own, named by whom and what it is about: asking one more question of one
shopper leaves every other answer as it was, and whoever is held back behaves as they would have otherwise.
"""

from __future__ import annotations

import math
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rebasket_local.traffic.settings import Spread

T = TypeVar("T")

_P90 = 1.2815515655446004
"""Standard deviations from the median to the ninth decile of a normal distribution."""


class Draws:
    """Streams of one seed. `Draws(7).of("shopper", 3).of("cart", 1)` is the same whoever asks, and in whatever order."""

    def __init__(self, seed: int, *names: object) -> None:
        self._seed, self._names = seed, names
        # Seeding with text is the same in every process (random.seed, version 2); hash() would not be.
        self._random = Random("/".join(map(str, (seed, *names))))

    def of(self, *names: object) -> Draws:
        """A stream of its own."""
        return Draws(self._seed, *self._names, *names)

    def chance(self, probability: float) -> bool:
        """True so often."""
        return self._random.random() < probability

    def below(self, count: int) -> int:
        """A whole number from 0 to count - 1."""
        return int(self._random.random() * count)

    def between(self, least: float, most: float) -> float:
        """Any number between two."""
        return least + (most - least) * self._random.random()

    def pick(self, choices: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """One of them; the weights need not add up to anything."""
        if weights is None:
            return choices[self.below(len(choices))]
        point = self._random.random() * sum(weights)
        for choice, weight in zip(choices, weights, strict=True):
            point -= weight
            if point < 0:
                return choice
        return choices[-1]

    def wait(self, spread: Spread, most: timedelta | None = None) -> timedelta:
        """A time with this median and ninth decile, log-normal, in whole milliseconds; never more than `most`."""
        sigma = math.log(spread.p90_s / spread.median_s) / _P90
        seconds = spread.median_s * math.exp(sigma * self._random.gauss(0, 1))
        found = timedelta(milliseconds=round(seconds * 1000))
        return found if most is None else min(found, most)

    def hexadecimal(self, length: int) -> str:
        """So many hexadecimal digits."""
        return f"{self._random.getrandbits(4 * length):0{length}x}"
