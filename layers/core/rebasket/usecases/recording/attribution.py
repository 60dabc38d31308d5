"""Crediting an order to one episode: the cart's own latest one declared before the order; for a cart without any, the newest
touch of the same person inside the window, sent or held alike.

What is told later (an address, another time, the same order under another cart) might point to another episode, so the order is
bound to the first one: it is counted once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import Cart, newly_named
from rebasket.domain.carts.identities import ids_of
from rebasket.domain.errors import Forbidden
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.people.contact import SendState
from rebasket.domain.people.identity import Kind
from rebasket.domain.people.root import roots_of
from rebasket.domain.reminders.episode import Credit, EpisodeRef

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.carts.cart import Declared
    from rebasket.domain.carts.facts import Order
    from rebasket.ports import AddressHash, Contacts, Episodes, Shops


@dataclass(frozen=True)
class AttributeOrder:
    """Credits the orders that an event brought, changed or could now join."""

    contacts: Contacts
    episodes: Episodes
    shops: Shops
    address_hash: AddressHash

    def __call__(self, old: Cart, new: Cart) -> None:
        """Credit what is new between two states of a cart. Repeating it changes nothing."""
        learnt = bool(newly_named(old, new))
        for number, order in sorted(new.facts.orders.items()):
            if order != old.facts.orders.get(number) or (learnt and not new.episodes):
                self._credit(new, number, order)

    def _credit(self, cart: Cart, number: str, order: Order) -> None:
        if order.placed_at is None or order.total is None:
            self._pay_back(cart.shop, self.episodes.bound(cart.shop, number), number, order.paid_back)  # another cart's, maybe
            return
        found = self._target(cart, order.placed_at)
        if found is None:
            ref, by = self.episodes.bound(cart.shop, number), "contact"  # what pointed to it may be gone; refunds count
        else:
            ref, by = self.episodes.attribute_order(cart.shop, number, found[0]), found[1]
        back = order.paid_back if ref is None else order.paid_back | self.episodes.pending_refunds(cart.shop, number)
        # First: if nobody tells this event again, no revenue is booked that was paid back.
        ref = self._pay_back(cart.shop, ref, number, back)
        if ref is not None:
            self.episodes.credit(ref, Credit(order=number, cart=cart.id, at=order.placed_at, total=order.total, by=by))

    def _pay_back(self, shop: str, ref: EpisodeRef | None, number: str, back: Refunds) -> EpisodeRef | None:
        """To the order's episode; where it is bound to none, to wait for whoever binds it. The one that it is bound to by now."""
        if back == Refunds():
            return ref
        ref = ref or self.episodes.add_pending_refunds(shop, number, back)
        if ref is not None:
            self.episodes.refund(ref, number, back)
        return ref

    def _target(self, cart: Cart, placed_at: datetime) -> tuple[EpisodeRef, str] | None:
        """The episode that an order points to as things are now, and by what."""
        own = [d for d in cart.episodes if d.at <= placed_at]
        if own:
            return self._ref(cart, own[-1]), "cart"
        touched = self._episode_of_contacts(cart, placed_at)
        if touched:
            return touched, "contact"
        # Ordered before we declared it, told after: no recovery, but no lost cart either.
        return (self._ref(cart, cart.episodes[0]), "cart") if cart.episodes else None

    @staticmethod
    def _ref(cart: Cart, declared: Declared) -> EpisodeRef:
        return EpisodeRef(shop=cart.shop, day=declared.day, cart=cart.id, generation=declared.generation)

    def _episode_of_contacts(self, cart: Cart, placed_at: datetime) -> EpisodeRef | None:
        """The newest touch of whoever ordered, on whichever of their addresses."""
        known = self.shops.get(cart.shop)
        if known is None:
            message = "this shop is not set up"
            raise Forbidden(message)
        kinds = {self.address_hash(cart.shop, address): Kind.of(address.channel) for address in sorted(cart.facts.named)}
        kinds |= {self.address_hash(cart.shop, each): each.kind for each in ids_of(cart.facts)}
        since = placed_at - known.policy.window
        inside = [
            (send.at, EpisodeRef(shop=cart.shop, day=send.day, cart=touch.cart, generation=touch.generation))
            for root in roots_of(cart.shop, kinds, partial(self.contacts.get_item, cart.shop)).values()
            for touch, send in root.sends.items()
            if send.state in (SendState.CLAIMED, SendState.HELD) and since <= send.at <= placed_at and not touch.elsewhere
        ]
        return max(inside)[1] if inside else None
