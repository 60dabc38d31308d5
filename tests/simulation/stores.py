"""Where a world keeps its things: in memory, or in DynamoDB tables (`dynamo`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.memory import (
    MemoryBooks,
    MemoryCarts,
    MemoryContacts,
    MemoryDeadLetters,
    MemoryEpisodes,
    MemoryLinks,
    MemorySendingPauses,
    MemoryShops,
    MemorySmsSlots,
    MemoryTimers,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from rebasket import ports
    from rebasket.domain.carts.timer import Timer
    from rebasket.domain.shops.policy import Policy, Shop
    from rebasket.ports import Clock


@dataclass(kw_only=True)
class Stores:
    """The inner ports. `removed` gives the records that the stream of timers brought since it was last asked; the two that forget
    do what TTL does.
    """

    carts: ports.Carts
    timers: ports.Timers
    contacts: ports.Contacts
    episodes: ports.Episodes
    shops: ports.Shops
    links: ports.Links
    books: ports.Books
    sending_pauses: ports.SendingPauses
    sms_slots: ports.SmsSlots
    dead_letter_queue: MemoryDeadLetters
    save: Callable[[Shop], None]
    removed: Callable[[], list[Timer]]
    forget_cart: Callable[[str, str], None]
    forget_link: Callable[[str], None]
    shop_ids: Sequence[str] = ()

    def shop(self, shop: str) -> Shop:
        """A shop that is there."""
        found = self.shops.get(shop)
        if found is None:
            raise KeyError(shop)
        return found

    def policy(self, shop: str, version: int) -> Policy:
        """A version of its policy that is there."""
        found = self.shops.policy(shop, version)
        if found is None:
            raise KeyError(shop, version)
        return found

    def window(self, shop: str) -> timedelta:
        """The window that the shop's books go by."""
        return self.shop(shop).policy.window


def in_memory(clock: Clock) -> Stores:
    """The fast ones."""
    carts, timers, shops, links = MemoryCarts(), MemoryTimers(), MemoryShops(), MemoryLinks()

    def removed() -> list[Timer]:
        gone, timers.deleted = timers.deleted, []
        return gone

    return Stores(
        carts=carts,
        timers=timers,
        contacts=MemoryContacts(),
        episodes=MemoryEpisodes(),
        shops=shops,
        links=links,
        books=MemoryBooks(),
        sending_pauses=MemorySendingPauses(shops, clock),
        sms_slots=MemorySmsSlots(),
        dead_letter_queue=MemoryDeadLetters(),
        save=shops.save,
        removed=removed,
        forget_cart=lambda shop, cart: carts.items.__delitem__((shop, cart)),
        forget_link=links.items.__delitem__,
    )
