"""What a shop can learn by when, before it starts and on the way, and how many to hold for it.

Planning figures, for an effect that stays. They promise nothing; the interval of the day does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from rebasket.domain.reporting.interval import anytime_factor, distances
from rebasket.domain.reporting.lift import best_at

if TYPE_CHECKING:
    from collections.abc import Sequence

POWER_OF_A_LOOK = 0.75
"""The chance that the look of the day planned for tells the effect. Who looked every day until then has been told of it by
that day in about 80 of 100 shops: a simulation's figure, held by tests/calibration."""

MOST_PEOPLE = 10_000_000
"""Beyond it the answer is: never, at any size of shop that this is for."""

LEAST_HELD = 50
"""Thousandths. Under it the control group is so small that the answer takes many times as long, for few carts more."""

LOOKED_AT_MONTHS = (3, 12, 24)


@dataclass(frozen=True, slots=True)
class HoldoutSchedule:
    """Thousandths held until the lift is told, and from then on. Raises ValueError under 50, over 500, or when the second is
    the larger.

    Learning costs about the same number of carts whatever the share, but a half learns soonest. Strata by share keep the
    figure right.
    """

    until_told: int = 500
    then: int = 100

    def __post_init__(self) -> None:
        if not LEAST_HELD <= self.then <= self.until_told <= 500:  # noqa: PLR2004  # thousandths: a half
            raise ValueError(f"a holdout schedule goes down, within {LEAST_HELD} and 500 thousandths")

    def share(self, current: int, *, told: bool) -> int:
        """Thousandths from tomorrow on. A share that came down stays down, even if the interval takes in 0 again for some
        days.
        """
        return self.then if told or current == self.then else self.until_told


@dataclass(frozen=True, slots=True)
class Prospect:
    """With `held` thousandths: people and months until an effect is told, None for never; carts not recovered meanwhile, for
    holding them.

    `widths`: of the interval, high minus low as shares, after 3, 12 and 24 months.
    """

    held: int
    people: int | None
    months: float | None
    carts_given_up: float | None
    widths: tuple[float, ...]


def people_to_tell(base: float, effect: float, held: float, expected_people: float) -> int | None:
    """Both groups, until an effect is told in about 80 of 100 such shops; None for never. `base`, `effect`, `held` are shares.

    Raises ValueError unless 0 < held < 1.
    """
    if not 0 < held < 1:
        raise ValueError("of both groups somebody is needed")

    def told(people: int) -> bool:
        below, above = _distances(base, effect, held, people, expected_people)
        deviation = math.sqrt(_variance(_bought(base, effect), people * (1 - held)) + _variance(base, people * held))
        return abs(effect) >= (below if effect > 0 else above) + deviation * NormalDist().inv_cdf(POWER_OF_A_LOOK)

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
    widths = tuple(min(2.0, sum(_distances(base, effect, share, people_a_month * months, a_year))) for months in LOOKED_AT_MONTHS)
    if people is None:
        return Prospect(held, None, None, None, widths)
    return Prospect(held, people, people / people_a_month, people * share * effect, widths)


def _distances(base: float, effect: float, held: float, people: float, expected_people: float) -> tuple[float, float]:
    """How far the ends of the interval will be under and over the effect, if as many buy as are expected to."""
    factor = anytime_factor(people * held * (1 - held), best_at(expected_people))
    treated_under, treated_over = distances(_bought(base, effect), people * (1 - held), factor)
    control_under, control_over = distances(base, people * held, factor)
    return math.hypot(treated_under, control_over), math.hypot(treated_over, control_under)


def _bought(base: float, effect: float) -> float:
    return min(max(base + effect, 0.0), 1.0)


def _variance(share: float, people: float) -> float:
    return share * (1 - share) / people
