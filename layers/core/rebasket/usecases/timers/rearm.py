"""Mending the invariant: an active or abandoned cart has a timer, and so has an episode that is over with steps still open, for
these have to end, too. Safe at any time; for after an outage of `remind` of more than 24 hours, when the stream has forgotten, or
after a restore. Of a cart's episodes the last few are looked at, those that the cart remembers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import Phase
from rebasket.domain.carts.timer import LEAD, minute_up
from rebasket.domain.reminders import schedule
from rebasket.domain.reminders.episode import EpisodeRef

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rebasket.domain.carts.cart import Cart, Declared
    from rebasket.domain.carts.timer import Timer
    from rebasket.domain.shops.policy import Policy
    from rebasket.ports import Carts, Clock, Episodes, Shops, Timers


@dataclass(frozen=True, kw_only=True)
class Rearm:
    """Arms what has lost its timer."""

    carts: Carts
    timers: Timers
    episodes: Episodes
    shops: Shops
    clock: Clock

    def __call__(self, *, dry: bool = False) -> list[Timer]:
        """The timers armed (or, when `dry`, that would be). One too many is harmless: it is looked at and dropped.

        Each is armed as it is found: what breaks off half-way has done half of it.
        """
        missing = []
        for cart in self.carts.all():
            for timer in self._missing(cart):
                if not dry:
                    self.timers.arm(timer)
                missing.append(timer)
        return missing

    def _missing(self, cart: Cart) -> Iterator[Timer]:
        now = self.clock()
        for expected in self._expected(cart, now):
            if not (expected.due > now and self.timers.exists(expected)):
                over = expected.generation < cart.generation or cart.phase not in (Phase.ACTIVE, Phase.ABANDONED)
                due = minute_up(now + LEAD) if over else max(expected.due, minute_up(now + LEAD))
                yield schedule.timer_for(cart, expected.generation, due)

    def _expected(self, cart: Cart, now: datetime) -> Iterator[Timer]:
        """When each generation should be looked at next; none where nothing is promised."""
        shop = self.shops.get(cart.shop)
        if shop is None:
            return
        if cart.phase is Phase.ACTIVE and cart.idle_since is not None:
            yield schedule.timer_for(cart, cart.generation, cart.idle_since + shop.policy.abandoned_after)
        for declared in cart.episodes:
            due = self._next_step(cart, declared, shop.policy, now)
            if due is not None:
                yield schedule.timer_for(cart, declared.generation, due)

    def _next_step(self, cart: Cart, declared: Declared, newest: Policy, now: datetime) -> datetime | None:
        """When the first open step of an episode is due, at the earliest now; None when it has none."""
        episode = self.episodes.get(EpisodeRef(shop=cart.shop, day=declared.day, cart=cart.id, generation=declared.generation))
        if episode is None or episode.header is None:
            return now
        policy = self.shops.policy(cart.shop, episode.header.policy) or newest
        match schedule.next_step(episode.header, episode.touches, policy, None, now):
            case schedule.Finished():
                return None
            case schedule.Wait(until):
                return until
            case schedule.Attempt():
                return now
