"""What a shop can learn by when, before it starts and on the way, and how many to hold for it.

Planning figures: normal approximation, for an effect that stays. They promise nothing; the interval of the day does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from rebasket.domain.reporting.interval import anytime_factor
from rebasket.domain.reporting.lift import best_at

POWER = 0.8
"""The chance that an effect of the size planned for is told by then, at least."""

MOST_PEOPLE = 10_000_000
"""Beyond it the answer is: never, at any size of shop that this is for."""

LEAST_HELD = 50
"""Thousandths. Under it the control group is so small that the answer takes many times as long, for few carts more."""

LOOKED_AT_MONTHS = (3, 12, 24)


@dataclass(frozen=True, slots=True)
class HoldoutSchedule:
    """Thousandths held until the lift is told, and from then on. Raises ValueError under 50, over 500, or when the second is the larger.

    Learning costs about the same number of carts whatever the share, but a half learns soonest. Strata by share keep the figure right.
    """

    until_told: int = 500
    then: int = 100

    def __post_init__(self) -> None:
        if not LEAST_HELD <= self.then <= self.until_told <= 500:  # noqa: PLR2004  # thousandths: a half
            raise ValueError(f"a holdout schedule goes down, within {LEAST_HELD} and 500 thousandths")

    def share(self, current: int, *, told: bool) -> int:
        """Thousandths from tomorrow on. A share that came down stays down, even if the interval takes in 0 again for some days."""
        return self.then if told or current == self.then else self.until_told


@dataclass(frozen=True, slots=True)
class Prospect:
    """With `held` thousandths: people and months until an effect is told, None for never; carts not recovered meanwhile, for holding them.

    `widths`: of the interval, high minus low as shares, after 3, 12 and 24 months.
    """

    held: int
    people: int | None
    months: float | None
    carts_given_up: float | None
    widths: tuple[float, ...]


def people_to_tell(base: float, effect: float, held: float, expected_people: float) -> int | None:
    """Both groups, until an effect is told with a chance of 80 % or more; None for never. `base`, `effect`, `held` are shares.

    Raises ValueError unless 0 < held < 1.
    """
    if not 0 < held < 1:
        raise ValueError("of both groups somebody is needed")

    def told(people: int) -> bool:
        half, deviation = _half_width(base, effect, held, people, expected_people)
        return abs(effect) >= half + deviation * NormalDist().inv_cdf(POWER)

    if not effect or not told(MOST_PEOPLE):
        return None
    few, enough = 0, MOST_PEOPLE
    while enough - few > 1:
        middle = (few + enough) // 2
        few, enough = (few, middle) if told(middle) else (middle, enough)
    return enough


def prospects(people_a_month: float, base: float, effect: float, shares: Sequence[int] = (500, 200, 100, 50)) -> list[Prospect]:
    """What each share held, in thousandths, lets a shop of this size learn. Raises ValueError unless people come."""
    if people_a_month <= 0:
        raise ValueError("nobody comes")
    return [_prospect(people_a_month, base, effect, held) for held in shares]


def _prospect(people_a_month: float, base: float, effect: float, held: int) -> Prospect:
    share, a_year = held / 1000, 12 * people_a_month
    people = people_to_tell(base, effect, share, a_year)
    widths = tuple(2 * _half_width(base, effect, share, people_a_month * months, a_year)[0] for months in LOOKED_AT_MONTHS)
    if people is None:
        return Prospect(held, None, None, None, widths)
    return Prospect(held, people, people / people_a_month, people * share * effect, widths)


def _half_width(base: float, effect: float, held: float, people: float, expected_people: float) -> tuple[float, float]:
    """Half of the interval, at most 1, and the standard deviation of the difference."""
    bought = min(max(base + effect, 0.0), 1.0)
    deviation = math.sqrt((bought * (1 - bought) / (1 - held) + base * (1 - base) / held) / people)
    factor = anytime_factor(people * held * (1 - held), best_at(expected_people))
    return min(1.0, factor * deviation), deviation
