"""Events that were refused or lost something: ports.AmissEvents in memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rebasket.domain.carts.amiss import Amiss, AmissCounts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass
class MemoryAmissEvents:
    """The latest by shop, cart and type; counters by shop and day."""

    items: dict[tuple[str, str, str], Amiss] = field(default_factory=dict)
    counts: Counter[tuple[str, str, bool]] = field(default_factory=Counter)

    def note(self, amiss: Amiss) -> None:
        """See ports.AmissEvents."""
        if amiss.cart:
            self.items[amiss.shop, amiss.cart, amiss.type] = amiss
        self.counts[amiss.shop, f"{amiss.at:%Y-%m-%d}", amiss.refused] += 1

    def of_cart(self, shop: str, cart: str) -> Sequence[Amiss]:
        """See ports.AmissEvents."""
        return sorted((a for (s, c, _), a in self.items.items() if (s, c) == (shop, cart)), key=lambda amiss: amiss.at)

    def days(self, shop: str, first: str, last: str) -> Mapping[str, AmissCounts]:
        """See ports.AmissEvents."""
        days = sorted({day for s, day, _ in self.counts if s == shop and first <= day <= last})
        return {day: AmissCounts(self.counts[shop, day, True], self.counts[shop, day, False]) for day in days}
