"""What reminders changed: the difference between the shares of two groups of people, with an interval that holds at every look.

Of the people of each group, counted once a season as they were assigned, so many bought. Strata are what is compared within: a
season, a policy version, a holdout share. The figure is the effect on those treated: each stratum's difference, weighted by
its treated people. Where the effect changes with the season it is therefore the mean over the people treated so far, not the
effect of today.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.reporting.interval import (
    ALPHA,
    Z95,
    ArmCounts,
    anytime_factor,
    arm_distances_squared,
    wilson_distances_squared,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Stratum = tuple[int, int, int, int]
"""People: treated, of these bought, control, of these bought."""

LEAST_BEST_AT = 50.0
"""In people of information: a shop that expects less is taken for one that expects this."""

MOST_BEST_AT = 1e9
"""Of all who live, half a year's information is less."""

INFORMATION_OF_ONE = 0.1
"""What one person adds to the information, share x (1 - share): 0.05 at 5 % held, 0.09 at 10 %, 0.25 at half. One figure for
all, since the share may change while the factor may not; near the middle, so that none is far from where it is smallest."""


@dataclass(frozen=True, slots=True)
class Lift:
    """The difference of the purchase shares, treated minus control, in shares (0.03 = 3 points); `likely` None where nothing
    is compared.

    `low` and `high` are -1 and 1 then. `sure`: the interval leaves out 0. `treated`, `control`: the people that it is about.
    """

    likely: float | None
    low: float
    high: float
    sure: bool
    treated: int
    control: int


UNKNOWN = Lift(likely=None, low=-1.0, high=1.0, sure=False, treated=0, control=0)


def lift_interval(strata: Sequence[Stratum], expected_people: float, alpha: float = ALPHA) -> Lift:
    """The lift; of a hundred shops at most five ever see an interval without the truth in it, however often they look.

    That is promised, and held by simulation (docs/finance.md); `alpha`, of the boundary for normal variables, is smaller.

    `expected_people`: both groups together, in a year, as it was expected before the first of them; it must stay the same, and
    never follow from what was bought. A wrong one costs width, not truth. A stratum without treated or without control, or whose
    counts contradict each other, is left out, of the figure as of what it is about. Never raises.

    Newcombe's square-and-add (Statistics in Medicine 17, 1998, method 10) with the factor for every look.
    """
    compared = comparable(strata)
    if not compared:
        return UNKNOWN
    z = anytime_factor(information(compared), best_at(expected_people), alpha)
    return _difference(compared, z, arm_distances_squared)


def fixed_day_interval(strata: Sequence[Stratum]) -> Lift:
    """Newcombe's interval itself, with 1.96: right for who looks once, on a day set beforehand, and for nobody else. To stand
    beside, not to decide by.
    """
    compared = comparable(strata)
    return _difference(compared, Z95, wilson_distances_squared) if compared else UNKNOWN


def comparable(strata: Sequence[Stratum]) -> list[Stratum]:
    """The strata that have people in both groups and counts that can have been counted."""
    return [s for s in strata if s[0] > 0 and s[2] > 0 and 0 <= s[1] <= s[0] and 0 <= s[3] <= s[2]]


def information(compared: Sequence[Stratum]) -> float:
    """In people: what 1 / (1/treated + 1/control) is for one stratum. Raises ZeroDivisionError without strata."""
    total = sum(s[0] for s in compared)
    return 1 / math.fsum((s[0] / total) ** 2 * (1 / s[0] + 1 / s[2]) for s in compared)


def best_at(expected_people: float) -> float:
    """The information at which the interval is narrowest for its number of people: about that of half a year."""
    return min(max(LEAST_BEST_AT, expected_people / 2 * INFORMATION_OF_ONE), MOST_BEST_AT)


def _difference(
    compared: Sequence[Stratum], z: float, distances_squared: Callable[[ArmCounts, float], tuple[float, float]]
) -> Lift:
    total = sum(s[0] for s in compared)
    treated = sorted((s[0] / total, s[0], s[1]) for s in compared)
    control = sorted((s[0] / total, s[2], s[3]) for s in compared)
    likely = math.fsum(s[0] / total * (s[1] / s[0] - s[3] / s[2]) for s in compared)
    treated_below, treated_above = distances_squared(treated, z)
    control_below, control_above = distances_squared(control, z)
    low = max(-1.0, likely - math.sqrt(treated_below + control_above))
    high = min(1.0, likely + math.sqrt(treated_above + control_below))
    return Lift(likely, low, high, low > 0 or high < 0, total, sum(s[2] for s in compared))
