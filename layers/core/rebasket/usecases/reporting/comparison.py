"""Touched beside held: what reminders changed, and how sure one can be.

Both groups passed the same checks up to the first reminder, which one group got and the other did not: a stable hash of the
person decided. Both are counted alike: an order within the window, after the first reminder went, or would have gone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rebasket.domain.reporting.daily_figures import Figures

Z95 = 1.959963984540054
"""Of the normal distribution, for 95 %."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `count`, with Wilson's interval (E. B. Wilson, JASA 22, 1927)."""

    hits: int
    count: int

    @property
    def possible(self) -> bool:
        """Whether it can have been counted."""
        return 0 <= self.hits <= self.count

    @property
    def share(self) -> float:
        """0 of nothing."""
        return self.hits / self.count if self.count else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 %; the whole range where nothing was counted."""
        if not self.count:
            return 0.0, 1.0
        p, n, z2 = self.share, self.count, Z95 * Z95
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z95 / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two groups."""

    touched: Rate
    held: Rate

    @property
    def lift(self) -> float:
        """Difference of the shares."""
        return self.touched.share - self.held.share

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, from the two Wilson intervals (R. G. Newcombe, Statistics in Medicine 17, 1998, method 10)."""
        (l1, u1), (l2, u2) = self.touched.interval, self.held.interval
        p1, p2 = self.touched.share, self.held.share
        below = math.sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
        above = math.sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
        return self.lift - below, self.lift + above

    @property
    def tells(self) -> bool:
        """Whether the difference is surely not zero."""
        low, high = self.interval
        return bool(self.touched.count and self.held.count) and (low > 0 or high < 0)

    @property
    def extra_carts(self) -> tuple[float, float, float]:
        """Carts that were recovered because of reminders: the likeliest number, and the ends of its interval."""
        low, high = self.interval
        return tuple(self.touched.count * share for share in (self.lift, low, high))  # type: ignore[return-value]  # three in, three out


def compare(row: Figures) -> Comparison:
    """The two groups of some days."""
    return groups(row.compared_touched, row.compared_touched_bought, row.compared_held, row.compared_held_bought)


def groups(touched: int, touched_bought: int, held: int, held_bought: int) -> Comparison:
    """The same of bare counts. Of some that contradict each other, such as later changes by themselves, nothing can be said."""
    counted = Comparison(Rate(touched_bought, touched), Rate(held_bought, held))
    return counted if counted.touched.possible and counted.held.possible else Comparison(Rate(0, 0), Rate(0, 0))


def comparison_as_data(compared: Comparison) -> dict[str, Any]:
    """For JSON: shares between 0 and 1, with four decimals; `difference` and `extra_carts` null where a group is empty."""
    low, high = compared.interval
    likely, least, most = compared.extra_carts
    known = bool(compared.touched.count and compared.held.count)
    difference = {"likely": round(compared.lift, 4), "low": round(low, 4), "high": round(high, 4), "sure": compared.tells}
    return {
        "touched": _rate_as_data(compared.touched),
        "held": _rate_as_data(compared.held),
        "difference": difference if known else None,
        "extra_carts": {"likely": round(likely), "low": round(least), "high": round(most)} if known else None,
    }


def _rate_as_data(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval
    return {
        "carts": rate.count,
        "bought": rate.hits,
        "share": round(rate.share, 4) if rate.count else None,
        "low": round(low, 4),
        "high": round(high, 4),
    }
