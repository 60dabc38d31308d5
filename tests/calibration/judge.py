"""Lives a shop many times, looks every day, and counts: how often the truth was ever outside, how wide, how soon told.

What a figure is worth is judged by the world's own truth; of the code only what it answers is read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rebasket.domain.money import MicroUSD
from rebasket.domain.reporting.incremental import Takings, cost_per_incremental_cart, incremental_revenue
from rebasket.domain.reporting.lift import Lift, fixed_day_interval, lift_interval
from rebasket.domain.reporting.split_check import ALARM, split_e_value
from tests.calibration.worlds import DAYS, Counts, Shop

if TYPE_CHECKING:
    from tests.calibration.takings import MoneyLook, MoneyShop

MONTHS = (3, 6, 12, 24)
COST_OF_ONE = 40_000
"""Micro-dollars, of each treated person."""

Interval = Callable[[Sequence[Counts], float], Lift]


@dataclass(frozen=True, slots=True)
class Found:
    """Shares of the lives; `error`: 95 % half-width of `missed` by the number of lives (Wilson's, upper side). `widths`: mean,
    high - low.
    """

    name: str
    kind: str
    lives: int
    missed: float
    error: float
    missed_low: float
    missed_high: float
    told_wrongly: float
    told: tuple[float, ...] = ()
    widths: tuple[float, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {key: round(value, 5) if isinstance(value, float) else value for key, value in asdict(self).items()}


def monte_carlo_error(share: float, lives: int) -> float:
    """How much larger a share may be than it was found."""
    z2 = 1.96**2
    upper = (share + z2 / (2 * lives) + 1.96 * math.sqrt(share * (1 - share) / lives + z2 / (4 * lives**2))) / (1 + z2 / lives)
    return upper - share


def judge(shop: Shop, lives: int, kind: str = "lift", interval: Interval = lift_interval, days: int = DAYS) -> Found:
    """Every day's look of every life, the first one included. Wrongly told: sure, and of a sign that the truth has not."""
    ends = [month * 30 - 1 for month in MONTHS]
    missed = under = over = wrong = 0
    told, widths = [0] * len(MONTHS), [0.0] * len(MONTHS)
    for seed in range(lives):
        life = shop.live(seed)
        out = wrongly = False
        told_on: int | None = None
        for look in life.looks(days):
            found = interval(look.strata, shop.expected_people)
            if found.sure:
                life.told = True
                told_on = look.day if told_on is None else told_on
                wrongly = wrongly or (found.low > 0 >= look.truth) or (found.high < 0 <= look.truth)
            if not out and not found.low <= look.truth <= found.high:
                out = True
                under += look.truth < found.low
                over += look.truth > found.high
            if look.day in ends:
                widths[ends.index(look.day)] += found.high - found.low
        missed += out
        wrong += wrongly
        told = [count + (told_on is not None and told_on <= end) for count, end in zip(told, ends, strict=True)]
    share = missed / lives
    error = monte_carlo_error(share, lives)
    shares = tuple(count / lives for count in told), tuple(width / lives for width in widths)
    return Found(shop.name, kind, lives, share, error, under / lives, over / lives, wrong / lives, *shares)


def judge_fixed_day(shop: Shop, lives: int, days: int = DAYS) -> Found:
    """What becomes of the interval for one look, when somebody looks every day."""
    return judge(shop, lives, "one-look interval, looked at daily", lambda strata, _: fixed_day_interval(strata), days)


def judge_money(shop: MoneyShop, lives: int, days: int = DAYS) -> list[Found]:
    """Cost per incremental cart, and incremental revenue."""
    misses = {"cost per incremental cart": [0, 0, 0], "incremental revenue": [0, 0, 0]}
    for seed in range(lives):
        out: set[str] = set()
        for look in shop.looks(seed, days):
            for kind, (low, true, high) in _money(look, shop.a_month * 12).items():
                if kind not in out and not low <= true <= high:
                    out.add(kind)
                    misses[kind][0] += 1
                    misses[kind][1 if true < low else 2] += 1
    return [
        Found(shop.name, kind, lives, m / lives, monte_carlo_error(m / lives, lives), under / lives, over / lives, 0.0)
        for kind, (m, under, over) in misses.items()
    ]


def _money(look: MoneyLook, expected: float) -> dict[str, tuple[float, float, float]]:
    """Low, true, high. A cost without any cart is a cost without limit."""
    cost = look.counts[0] * COST_OF_ONE
    found = cost_per_incremental_cart(MicroUSD(cost), lift_interval([look.counts], expected))
    true_cost = cost / look.true_carts if look.true_carts else math.inf
    none = found.limit == "none recovered"
    cart = (math.inf if none else found.low or 0), true_cost, math.inf if found.high is None else found.high
    paid = Takings(look.treated_paid, look.treated_squares, look.control_paid, look.control_squares)
    revenue = incremental_revenue([look.counts], [paid], expected)
    low, high = (-math.inf if revenue.low is None else revenue.low), (math.inf if revenue.high is None else revenue.high)
    return {"cost per incremental cart": cart, "incremental revenue": (low, look.true_revenue, high)}


def judge_split(shop: Shop, held: float, lives: int, lost: float = 0.0, days: int = 360) -> Found:
    """Looks at the sizes of the groups every day; `lost`: of the held, who never arrive. Told wrongly: an alarm where none is
    lost.
    """
    alarms, ends, told = 0, [month * 30 - 1 for month in MONTHS], [0] * len(MONTHS)
    for seed in range(lives):
        life = shop.live(seed)
        alarm: int | None = None
        for look in life.looks(days):
            groups = [(s[0], round(s[2] * (1 - lost)), round(held * 1000)) for s in look.strata]
            if split_e_value(groups) >= ALARM:
                alarm = look.day
                break
        alarms += alarm is not None
        told = [count + (alarm is not None and alarm <= end) for count, end in zip(told, ends, strict=True)]
    share = alarms / lives
    kind = f"split check, {lost:.0%} of the held lost"
    wrong = 0.0 if lost else share
    return Found(
        shop.name, kind, lives, wrong, monte_carlo_error(wrong, lives), 0.0, wrong, wrong, tuple(t / lives for t in told)
    )
