"""How far off a share may be: one arm's distances, for one look or for every look."""

from __future__ import annotations

import math
from collections.abc import Sequence

ALPHA = 0.03
"""How often, at most, the truth may be outside at some look, if shares were normal variables. Promised are 5 %: the rest is
for what shares are instead, and for people who resemble each other."""

Z95 = 1.959963984540054
"""Of the normal distribution, for 95 % at one look."""

ArmCounts = Sequence[tuple[float, int, float]]
"""Of each stratum: its weight (all add up to 1), the people of the arm, how many of them bought; a fraction for a number that
stands for one."""


def anytime_factor(information: float, best_at: float, alpha: float = ALPHA) -> float:
    """What replaces 1.96, so that the interval holds at every look: 3.22 at the least, near `best_at`, more on either side.

    `information` and `best_at` in people, as 1 / (1/treated + 1/control). The boundary of a normal mixture: Waudby-Smith, Arbour,
    Sinha, Kennedy, Ramdas, Annals of Statistics 52, 2024, equation 2 and appendix. It holds for sums of normal variables; that
    it holds for shares of few people is shown by simulation only (tests/calibration). `best_at` must not depend on what was
    bought.
    """
    c = -2 * math.log(alpha)
    x = information * (c + math.log(c + 1)) / best_at
    return math.sqrt((x + 1) / x * math.log((x + 1) / (alpha * alpha)))


def wilson(share: float, people: float, z: float) -> tuple[float, float]:
    """Low and high (E. B. Wilson, JASA 22, 1927). `people` may be a fraction: an effective number."""
    z2 = z * z
    middle = (share + z2 / (2 * people)) / (1 + z2 / people)
    half = z / (1 + z2 / people) * math.sqrt(share * (1 - share) / people + z2 / (4 * people * people))
    return max(0.0, middle - half), min(1.0, middle + half)


def arcsine(share: float, people: float, z: float) -> tuple[float, float]:
    """Low and high, by the transformation that makes a share's variance constant (M. S. Bartlett, JRSS Suppl. 3, 1936)."""
    angle, half = math.asin(math.sqrt(share)), z / (2 * math.sqrt(people))
    return math.sin(max(0.0, angle - half)) ** 2, math.sin(min(math.pi / 2, angle + half)) ** 2


def distances(share: float, people: float, z: float) -> tuple[float, float]:
    """How far under and over `share` the truth may be, by the wider of Wilson and arcsine on either side.

    Wilson's lower end is too high for a few who bought (after the first one, 0.08 people where 0.0005 is right), which every
    shop has once, early; the arcsine's upper end is too low there.
    """
    wilson_low, wilson_high = wilson(share, people, z)
    arcsine_low, arcsine_high = arcsine(share, people, z)
    return share - min(wilson_low, arcsine_low, share), max(wilson_high, arcsine_high, share) - share


def wilson_distances_squared(arm: ArmCounts, z: float) -> tuple[float, float]:
    """As `arm_distances_squared`, by Wilson's interval of each stratum alone: what Newcombe's interval is made of."""
    below = above = 0.0
    for weight, people, bought in arm:
        share = bought / people
        low, high = wilson(share, people, z)
        below += (weight * (share - low)) ** 2
        above += (weight * (high - share)) ** 2
    return below, above


def arm_distances_squared(arm: ArmCounts, z: float) -> tuple[float, float]:
    """The squares of how far the weighted share of an arm may be over and under the truth.

    The larger of two: each stratum by itself, squared and added (G. Y. Zou, A. Donner, Statistics in Medicine 27, 2008), which
    is right for a few strata of any sizes; and the arm as one sample of its effective number of people, which is right for
    many strata of few people, where nearly all of them have no one who bought. Of one stratum both are the same.
    """
    below = above = 0.0
    for weight, people, bought in arm:
        under, over = distances(bought / people, people, z)
        below += (weight * under) ** 2
        above += (weight * over) ** 2
    if len(arm) == 1:
        return below, above
    variance = math.fsum(weight * weight / people for weight, people, _ in arm)
    under, over = distances(_widest_share(arm, variance), 1 / variance, z)
    return max(below, under * under), max(above, over * over)


def _widest_share(arm: ArmCounts, variance: float) -> float:
    """The one nearest to a half, that is of the largest variance, of three shares: by people, by weight, by what each adds to
    the variance.
    """
    shares = (
        sum(bought for _, _, bought in arm) / sum(people for _, people, _ in arm),
        math.fsum(weight * bought / people for weight, people, bought in arm),
        math.fsum(weight * weight * bought / people / people for weight, people, bought in arm) / variance,
    )
    return min(max(min(shares, key=lambda share: abs(share - 0.5)), 0.0), 1.0)
