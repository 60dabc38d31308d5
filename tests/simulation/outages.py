"""Troubles that last: functions are down, parameters missing, quotas used up, items cannot be read."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tests.simulation.faults import Fault
from tests.simulation.kernel import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.simulation.faults import Faults
    from tests.simulation.rng import Rng

Interval = tuple[int, int]


class Outages:
    """When what is in trouble: intervals from–to in virtual ms, drawn once for the whole world."""

    def __init__(self, rng: Rng, faults: Faults, shops: Iterable[str], until: int, quiet: int) -> None:
        self._rng, self._faults, self._until = rng, faults, until
        self.intervals: defaultdict[tuple[str, str], list[Interval]] = defaultdict(list)
        self.over = False
        for function, longest in (("sweep", 3 * DAY), ("remind", 30 * HOUR), ("nightly", 3 * DAY)):
            self._draw(Fault.DOWN, function, "", longest)
        for shop in shops:
            self._draw(Fault.MISCONFIGURED, "shops.get", shop, 9 * HOUR)
            self._draw(Fault.MISCONFIGURED, "shops.policy", shop, 9 * HOUR)
            self._draw(Fault.QUOTA, "mailer.send", shop, 14 * HOUR, share=40)
            self._draw(Fault.QUOTA, "texter.send", shop, 14 * HOUR, share=40)
        if faults.of_edge(Fault.DOWN, "sweep", "at the end", share=12):
            self.intervals["sweep", ""].append((quiet - 5 * HOUR, quiet))
        self._poisoned: dict[tuple[str, str], bool] = {}
        self.mended = False

    def _draw(self, fault: Fault, what: str, whose: str, longest: int, share: float = 12) -> None:
        draw = self._rng.source("weather", fault.value, what, whose)
        for number in range(3):
            if self._faults.of_edge(fault, what, whose, number, share=share):
                self._faults.counts[fault][what] -= 1  # counted when somebody notices
                begins = draw.randrange(self._until)
                length = draw.choice((5 * MINUTE, 40 * MINUTE, 5 * HOUR, longest))
                self.intervals[what, whose].append((begins, begins + length))

    def up_again(self, function: str, now: int) -> int | None:
        """When a function that is down now will be up again; None when it is up."""
        until = self._during(function, "", now)
        if until is not None:
            self._faults.count(Fault.DOWN, function)
        return until

    def missing(self, what: str, shop: str, now: int) -> bool:
        """Whether a shop's parameter is gone now."""
        gone = self._during(what, shop, now) is not None
        if gone:
            self._faults.count(Fault.MISCONFIGURED, what)
        return gone

    def used_up(self, what: str, shop: str, now: int) -> bool:
        """Whether a day's quota is used up now."""
        used = self._during(what, shop, now) is not None
        if used:
            self._faults.count(Fault.QUOTA, what)
        return used

    def poisoned(self, shop: str, cart: str) -> bool:
        """Whether a cart's item cannot be read, until somebody mends it."""
        if self.mended:
            return False
        known = self._poisoned.get((shop, cart))
        if known is None:
            known = self._poisoned[shop, cart] = self._faults.of_edge(Fault.POISON, "carts.get", shop, cart, share=2)
        elif known:
            self._faults.count(Fault.POISON, "carts.get")
        return known

    @property
    def sick(self) -> frozenset[tuple[str, str]]:
        """Every cart that was ever found poisoned and is not mended."""
        return frozenset() if self.mended else frozenset(name for name, poisoned in self._poisoned.items() if poisoned)

    def _during(self, what: str, whose: str, now: int) -> int | None:
        if self.over:
            return None
        return next((end for begin, end in self.intervals.get((what, whose), ()) if begin <= now < end), None)
