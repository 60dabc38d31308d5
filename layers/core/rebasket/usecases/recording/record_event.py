"""Recording an event. The cart comes last: until it is written, a repeat does everything again.

On the way to the cart's write: ingest/app.py → wiring.py → **this file** → carts.py → table.py

    1 read the cart → 2 apply, unchanged: done → 3 arm → 4 contacts → 5 purchase: stamp and credit → 6 put the cart → 7 done

A crash after 3 leaves a timer for a generation that is not there: it fires and is dropped. After 4 and 5 it leaves true facts,
early: the gate refuses already. A lost answer of 6 makes 1 find nothing to change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import Cart, Closed, Phase, newly_named, recorded
from rebasket.domain.carts.events import OrderPlaced
from rebasket.domain.carts.facts import CartFacts
from rebasket.domain.carts.timer import LEAD, OVERDUE
from rebasket.domain.errors import Contended, Forbidden
from rebasket.domain.people.contact import Contact, consented, purchased
from rebasket.domain.reminders.schedule import timer_for
from rebasket.usecases.recording.attribution import AttributeOrder

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rebasket.domain.carts.events import Event
    from rebasket.domain.people.addresses import Address
    from rebasket.domain.shops.policy import Policy
    from rebasket.ports import AddressHash, Carts, Clock, Contacts, Episodes, Shops, Timers

MAX_RETRIES = 20


def _week(cart: Cart) -> int | None:
    """Of its last change. Each week's first renews its links: whoever is erased later is found by them (ports.Contacts.link)."""
    return cart.seen_at.toordinal() // 7 if cart.seen_at else None


def _knows(contact: Contact, order: OrderPlaced) -> bool:
    return contact.placed_at is not None and contact.placed_at >= order.at


class Recorded(StrEnum):
    """What came of an event."""

    ACCEPTED = "accepted"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True)
class RecordEvent:
    """Records one event of a shop."""

    carts: Carts
    timers: Timers
    contacts: Contacts
    episodes: Episodes
    shops: Shops
    address_hash: AddressHash
    clock: Clock

    def __call__(self, event: Event) -> Recorded:
        """Record it. Raises Invalid where the cart's bounds are passed, Contended when others keep writing the same cart."""
        if not event.cart:
            return self._without_cart(event)
        for _ in range(MAX_RETRIES):
            old = self.carts.get(event.shop, event.cart) or Cart.blank(event.shop, event.cart)
            now = self.clock()
            new = recorded(old, event, now)
            if old.why is Closed.ERASED:
                return self._of_erased(old, event, now)
            if new is old:
                return Recorded.UNCHANGED
            self._arm(old, new, now)
            self._tell_contacts(old, new)
            if new.phase is Phase.BOUGHT:
                self._stamp_purchase(old, new, event, now)
            AttributeOrder(self.contacts, self.episodes, self.shops, self.address_hash)(old, new)
            if self.carts.put(new):
                return Recorded.ACCEPTED
        message = f"cart kept changing during {MAX_RETRIES} tries"
        raise Contended(message)

    def _of_erased(self, cart: Cart, event: Event, now: datetime) -> Recorded:
        """Nothing is kept on it any more. But a no, a purchase or a refund told of it holds, whoever the cart was of."""
        nothing = replace(cart, facts=CartFacts.nothing())
        said = replace(nothing, facts=nothing.facts.join(event))
        changed = self._without_cart(event)
        if isinstance(event, OrderPlaced):
            bought = partial(purchased, bought_at=now, placed_at=event.at)
            for address in sorted(said.facts.named):
                # Told again later, it must not silence what the shopper has begun since.
                self._update(event.shop, address, lambda known: known if _knows(known, event) else bought(known))
        AttributeOrder(self.contacts, self.episodes, self.shops, self.address_hash)(nothing, said)
        return changed if said.facts.orders == {} else Recorded.ACCEPTED

    def _without_cart(self, event: Event) -> Recorded:
        """Consent that was given or withdrawn, whatever the cart."""
        changed = False
        for naming in event.person.statements:
            if naming.consent is not None:
                said = partial(consented, consent=naming.consent)
                changed |= self._update(event.shop, naming.address, said)
        return Recorded.ACCEPTED if changed else Recorded.UNCHANGED

    def _arm(self, old: Cart, new: Cart, now: datetime) -> None:
        if new.phase is not Phase.ACTIVE or new.active_at is None:
            return
        due = new.active_at + self._policy(new.shop).abandoned_after
        woken = new.generation > old.generation
        lost = not woken and old.active_at is not None and now > old.active_at + self._policy(new.shop).abandoned_after + OVERDUE
        if woken or lost:
            self.timers.arm(timer_for(new, new.generation, max(due, now + LEAD)))

    def _tell_contacts(self, old: Cart, new: Cart) -> None:
        if _week(old) != _week(new):
            for address in sorted(old.facts.named):
                self.contacts.link(new.shop, self.address_hash(new.shop, address), new.id)
        for address in newly_named(old, new):
            key = self.address_hash(new.shop, address)
            if address not in old.facts.named:
                self.contacts.link(new.shop, key, new.id)
            consent = new.facts.named[address].consent
            if consent is not None:
                self._update(new.shop, address, partial(consented, consent=consent))

    def _stamp_purchase(self, old: Cart, new: Cart, event: Event, now: datetime) -> None:
        """Raise both times on every address of the order and of the cart that does not have them from this purchase yet.

        A later event on a bought cart stamps only the addresses that it adds: those that the stored cart names were stamped
        before it was stored, and to stamp them again with a later time would silence the shopper's next cart.
        """
        fresh = old.phase is not Phase.BOUGHT or isinstance(event, OrderPlaced)
        whom = [address for address in new.facts.named if fresh or address not in old.facts.named]
        bought_at, placed_at = max(now, new.seen_at or now), new.facts.placed_at or event.at
        for address in sorted(whom):
            self._update(new.shop, address, partial(purchased, bought_at=bought_at, placed_at=placed_at))

    def _update(self, shop: str, address: Address, change: Callable[[Contact], Contact]) -> bool:
        key = self.address_hash(shop, address)
        for _ in range(MAX_RETRIES):
            known = self.contacts.get(shop, key) or Contact(shop=shop, key=key, channel=address.channel)
            changed = change(known)
            if changed is known:
                return False
            if self.contacts.put(changed):
                return True
        message = f"contact kept changing during {MAX_RETRIES} tries"
        raise Contended(message)

    def _policy(self, shop: str) -> Policy:
        known = self.shops.get(shop)
        if known is None:
            message = "this shop is not set up"
            raise Forbidden(message)
        return known.policy
