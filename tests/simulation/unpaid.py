"""Orders that are not paid: whom they keep back, as somebody outside knows it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.simulation.entries import Stop
from tests.simulation.kernel import DAY, HOUR, millis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rebasket.domain.carts.events import OrderPlaced, PaymentFailed

LASTS = 7 * DAY - 4 * HOUR
"""So long after it was placed, in ms, an order of which nothing more is heard keeps back for certain: a week, by a shop's clock
that may be hours wrong.
"""


@dataclass
class Unpaid:
    """Of all shops: stops by order, and by the key of whom it names."""

    stops: defaultdict[tuple[str, str], dict[str, Stop]] = field(default_factory=lambda: defaultdict(dict))
    over: set[tuple[str, str]] = field(default_factory=set)

    def ended(self, event: PaymentFailed) -> None:
        """A shop begins to tell that it was not paid: perhaps it is known already."""
        self.stops.pop((event.shop, event.order), None)
        self.over.add((event.shop, event.order))

    def told(self, event: OrderPlaced, keys: Iterable[str], begun: int, now: int) -> None:
        """An order was answered that is not paid."""
        if (event.shop, event.order) not in self.over:
            stop = Stop(why=f"{event.order} pending", since=now, begun=begun, placed_at=event.at)
            self.stops[event.shop, event.order] |= dict.fromkeys(keys, stop)

    def of(self, shop: str, members: frozenset[str], now: int) -> Iterator[Stop]:
        """What keeps a person back now."""
        for (whose, _), buyers in self.stops.items():
            for buyer, stop in buyers.items():
                if whose == shop and buyer in members and stop.placed_at and now < millis(stop.placed_at) + LASTS:
                    yield stop
