"""What TTL forgets besides timers, in worlds that last for months: carts, the links that find them, the links in messages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.aws.carts import LINK_RETENTION, LINKED_ANEW
from tests.simulation.kernel import DAY, HOUR, millis, moment

if TYPE_CHECKING:
    from rebasket.domain.sending.message import Link
    from tests.simulation.surroundings import Surroundings

RETENTION = timedelta(days=30)
"""The shortest that the template allows."""


class Forgetting:
    """Sees what is stored, and deletes it when its time is over: up to some days late, as TTL does."""

    def __init__(self, world: Surroundings) -> None:
        self.world = world
        self._linked: dict[tuple[str, str, str], int] = {}
        self._in_mails: dict[str, int] = {}

    def linked(self, shop: str, key: str, cart: str) -> None:
        """A cart can be found by an address."""
        self._linked[shop, key, cart] = self.world.kernel.now

    def put_link(self, link: Link) -> None:
        """A link of a message was stored."""
        self._in_mails[link.code] = self.world.kernel.now

    def look(self) -> None:
        """Twice a day."""
        world, now = self.world, self.world.kernel.now
        world.kernel.at(now + 12 * HOUR, self.look)
        for (shop, cart), held in list(world.ledger.stored.items()):
            old = held.seen_at is not None and self._over(millis(held.seen_at), RETENTION, shop, cart)
            if old and (shop, cart) not in world.outages.sick:  # an item that nobody can read is mended sooner
                world.kernel.say("FORGOTTEN:", shop, cart)
                world.stores.forget_cart(shop, cart)
                world.ledger.forget(shop, cart)
        for (shop, key, cart), at in list(self._linked.items()):
            if self._over(at, RETENTION + LINKED_ANEW, shop, key, cart):
                world.stores.contacts.unlink(shop, key, cart)
                del self._linked[shop, key, cart]
        for code, at in list(self._in_mails.items()):
            if self._over(at, LINK_RETENTION, code):
                world.stores.forget_link(code)
                del self._in_mails[code]

    def _over(self, at: int, kept: timedelta, *what: str) -> bool:
        """Whether it is gone by now. TTL takes hours to days."""
        late = self.world.rng.source("expires", at, *what).choice((0, HOUR, DAY, 3 * DAY))
        return moment(self.world.kernel.now) >= moment(at + late) + kept
