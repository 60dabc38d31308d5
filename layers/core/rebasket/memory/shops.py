"""Shops, their brakes and their limits of text messages: ports.Shops, ports.Brakes and ports.SmsSlots in memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.sending.sending_pause import WINDOW, ReputationCounters

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rebasket.domain.shops.policy import Policy, Shop
    from rebasket.ports import Clock


@dataclass
class MemoryShops:
    """Shops in a dictionary, and every version of their policies."""

    items: dict[str, Shop] = field(default_factory=dict)
    policies: dict[tuple[str, int], Policy] = field(default_factory=dict)
    paused: dict[str, str] = field(default_factory=dict)
    stopped: str | None = None

    def save(self, shop: Shop) -> None:
        """Store a shop and its policy; a version that is there already stays as it is."""
        policy = self.policies.setdefault((shop.id, shop.policy.version), shop.policy)
        self.items[shop.id] = replace(shop, policy=policy)

    def get(self, shop: str) -> Shop | None:
        """See ports.Shops."""
        known = self.items.get(shop)
        why = self.stopped or self.paused.get(shop)
        return replace(known, paused=why) if known and why else known

    def policy(self, shop: str, version: int) -> Policy | None:
        """See ports.Shops."""
        return self.policies.get((shop, version))

    def all(self) -> Sequence[str]:
        """See ports.Shops."""
        return sorted(self.items)


@dataclass
class MemorySendingPauses:
    """Counters by shop and day; what is stopped is stopped in the shops."""

    shops: MemoryShops
    clock: Clock
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def count(self, shop: str, word: str) -> None:
        """See ports.Brakes."""
        self.counts[shop, f"{self.clock():%Y-%m-%d}", word] += 1

    def reputation(self, shop: str) -> ReputationCounters:
        """See ports.Brakes."""
        first = f"{self.clock() - WINDOW + timedelta(days=1):%Y-%m-%d}"
        counted = ((word, n) for (s, day, word), n in self.counts.items() if s == shop and day >= first)
        return sum((ReputationCounters(**{word: n}) for word, n in counted), ReputationCounters())

    def pause(self, shop: str, why: str) -> bool:
        """See ports.Brakes."""
        fresh = shop not in self.shops.paused
        self.shops.paused.setdefault(shop, why)
        return fresh

    def resume(self, shop: str) -> None:
        """See ports.Brakes."""
        self.shops.paused.pop(shop, None)

    def stop(self, why: str) -> None:
        """See ports.Brakes."""
        self.shops.stopped = why

    def start(self) -> None:
        """See ports.Brakes."""
        self.shops.stopped = None


@dataclass
class MemorySmsSlots:
    """Counters by shop, beginning and hour."""

    taken: Counter[tuple[str, str, datetime]] = field(default_factory=Counter)

    def take(self, shop: str, beginning: str, hour: datetime, most: int) -> bool:
        """See ports.SmsSlots."""
        if self.taken[shop, beginning, hour] >= most:
            return False
        self.taken[shop, beginning, hour] += 1
        return True
