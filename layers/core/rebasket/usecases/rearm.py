"""Mending the invariant: an active or abandoned cart has a timer. Safe at any time; for after an outage of `remind` of more than
24 hours, when the stream has forgotten, or after a restore.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain import wake
from rebasket.domain.cart import Phase
from rebasket.domain.episode import EpisodeRef
from rebasket.domain.timer import LEAD, minute_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rebasket.domain.cart import Cart
    from rebasket.domain.timer import Timer
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
        """The timers armed (or, when `dry`, that would be). One too many is harmless: it is looked at and dropped."""
        missing = [timer for cart in self.carts.all() for timer in self._missing(cart)]
        for timer in [] if dry else missing:
            self.timers.arm(timer)
        return missing

    def _missing(self, cart: Cart) -> Iterator[Timer]:
        now = self.clock()
        expected = self._expected(cart, now)
        if expected is not None and not (expected.due > now and self.timers.exists(expected)):
            due = max(expected.due, minute_up(now + LEAD))
            yield wake.timer_for(cart, expected.generation, due)

    def _expected(self, cart: Cart, now: datetime) -> Timer | None:
        """When the cart should be looked at next; None when nothing is promised."""
        shop = self.shops.get(cart.shop)
        if shop is None or cart.phase not in (Phase.ACTIVE, Phase.ABANDONED) or cart.active_at is None:
            return None
        if cart.phase is Phase.ACTIVE:
            return wake.timer_for(cart, cart.generation, cart.active_at + shop.policy.abandoned_after)
        declared = cart.declared(cart.generation)
        if declared is None:
            return None
        ref = EpisodeRef(shop=cart.shop, day=declared.day, cart=cart.id, generation=cart.generation)
        episode = self.episodes.get(ref)
        if episode is None or episode.header is None:
            return wake.timer_for(cart, cart.generation, now)
        policy = self.shops.policy(cart.shop, episode.header.policy) or shop.policy
        match wake.next_step(episode.header, episode.touches, policy, None, now):
            case wake.Finished():
                return None
            case wake.Wait(until):
                return wake.timer_for(cart, cart.generation, until)
            case wake.Attempt():
                return wake.timer_for(cart, cart.generation, now)
