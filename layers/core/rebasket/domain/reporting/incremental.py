"""What reminders brought and what that cost: carts, and revenue, that would not have been there without them.

All of it is about the same people, those compared: cost and revenue of anybody else must not be in the sums.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rebasket.domain.reporting.interval import anytime_factor, arm_distances_squared
from rebasket.domain.reporting.lift import Lift, Stratum, best_at, comparable, information

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rebasket.domain.money import MicroUSD


class Limit(StrEnum):
    """Which ends of an interval there are."""

    BOUNDED = "bounded"
    NO_UPPER = "no upper limit"
    NONE_RECOVERED = "none recovered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Range:
    """Whole units, the ends rounded outwards; None is no limit, or nothing that can be said: `limit` tells which.

    BOUNDED: both ends. NO_UPPER: `high` is None, it cannot be told yet whether anything was brought. NONE_RECOVERED: reminders
    surely brought nothing, all are None. UNKNOWN: nothing was compared, all are None.
    """

    likely: int | None
    low: int | None
    high: int | None
    limit: Limit


UNKNOWN_RANGE = Range(None, None, None, Limit.UNKNOWN)


def incremental_carts(lift: Lift) -> Range:
    """Of the people treated and compared, how many more bought; below 0 where fewer did."""
    if lift.likely is None:
        return UNKNOWN_RANGE
    n = lift.treated
    return Range(round(n * lift.likely), math.floor(n * lift.low), math.ceil(n * lift.high), Limit.BOUNDED)


def cost_per_incremental_cart(cost: MicroUSD, lift: Lift) -> Range:
    """In micro-dollars. `cost`: all that the treated cost, messages, discounts and machinery, known exactly and not under 0.

    Fieller's interval (JRSS B 16, 1954) with a numerator that is known; it holds at every look because `lift` does.
    """
    if lift.likely is None:
        return UNKNOWN_RANGE
    if lift.high <= 0:
        return Range(None, None, None, Limit.NONE_RECOVERED)
    n = lift.treated
    likely = round(cost / (n * lift.likely)) if lift.likely > 0 else None
    least = math.floor(cost / (n * lift.high))
    if lift.low <= 0:
        return Range(likely, least, None, Limit.NO_UPPER)
    return Range(likely, least, math.ceil(cost / (n * lift.low)), Limit.BOUNDED)


@dataclass(frozen=True, slots=True)
class Takings:
    """Of one stratum, in minor units of one currency: what each group's people paid, and the sum of each person's amount
    squared.
    """

    treated: int
    treated_squares: int
    control: int
    control_squares: int

    def fits(self, stratum: Stratum) -> bool:
        """Whether these can be the takings of those who bought; a person's amount, net of refunds, is not under 0."""
        groups = ((stratum[1], self.treated, self.treated_squares), (stratum[3], self.control, self.control_squares))
        return all(paid >= 0 and squares >= 0 and paid * paid <= bought * squares for bought, paid, squares in groups)


def incremental_revenue(strata: Sequence[Stratum], takings: Sequence[Takings], expected_people: float) -> Range:
    """In minor units: what the treated paid beyond what they would have, valid at every look as `lift_interval` is.

    An arm's revenue is taken for a number of buyers who all pay the same: S²/Q of them, Q/S each, for a sum S and a sum of
    squares Q. That has the mean and the variance of what was paid, and is counted with the distances of a share. A price that
    one arm has not shown yet is taken from both. Orders of very unequal size make it too narrow while few have bought:
    docs/finance.md says by how much. Raises ValueError when there are not as many takings as strata.
    """
    pairs = [(s, paid) for s, paid in zip(strata, takings, strict=True) if comparable([s]) and paid.fits(s)]
    whole = sum(paid.treated + paid.control for _, paid in pairs)
    if not whole:
        return UNKNOWN_RANGE
    compared = [s for s, _ in pairs]
    people = sum(s[0] for s in compared)
    z = anytime_factor(information(compared), best_at(expected_people))
    both = sum(paid.treated_squares + paid.control_squares for _, paid in pairs) / whole
    treated = [(s[0] / people, s[0], paid.treated) for s, paid in pairs]
    control = [(s[0] / people, s[2], paid.control) for s, paid in pairs]
    treated_below, treated_above = _paid_distances_squared(treated, sum(paid.treated_squares for _, paid in pairs), both, z)
    control_below, control_above = _paid_distances_squared(control, sum(paid.control_squares for _, paid in pairs), both, z)
    likely = math.fsum(paid.treated - s[0] * paid.control / s[2] for s, paid in pairs)
    low = likely - people * math.sqrt(treated_below + control_above)
    high = likely + people * math.sqrt(treated_above + control_below)
    return Range(round(likely), math.floor(low), math.ceil(high), Limit.BOUNDED)


def _paid_distances_squared(arm: list[tuple[float, int, int]], squares: int, both: float, z: float) -> tuple[float, float]:
    """In minor units of a person, squared."""
    paid = sum(amount for _, _, amount in arm)
    each = max(both, squares / paid) if paid else both
    below, above = arm_distances_squared([(weight, people, min(people, amount / each)) for weight, people, amount in arm], z)
    return below * each * each, above * each * each
