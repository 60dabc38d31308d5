"""Crediting an order to one episode: the cart's own latest one that had a touch before the order, sent or held alike, or else the
latest declared before it; for a cart without any, the newest touch of the same person inside the window.

An order is credited once it is paid, by the time at which it was placed; several orders of one episode add up. Whatever the shop
itself made (a renewal, an exchange, what staff or a marketplace entered) was brought by no reminder.

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
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from rebasket.domain.carts.cart import Declared
    from rebasket.domain.carts.order import Order
    from rebasket.domain.people.contact import TouchId
    from rebasket.domain.shops.policy import Policy
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

    def _credit(self, cart: Cart, name: str, order: Order) -> None:
        number = self._one_name(cart.shop, name, order)
        if order.placed_at is None or not order.paid:
            self._pay_back(cart.shop, self.episodes.bound(cart.shop, number), number, order.paid_back)  # another cart's, maybe
            return
        if not order.recoverable:
            return
        found = self._target(cart, order.placed_at)
        if found is None:
            ref, by = self.episodes.bound(cart.shop, number), "contact"  # what pointed to it may be gone; refunds count
        else:
            ref, by = self.episodes.attribute_order(cart.shop, number, found[0]), found[1]
        back = order.paid_back if ref is None else order.paid_back | self._waiting(cart.shop, name, number)
        # First: if nobody tells this event again, no revenue is booked that was paid back.
        ref = self._pay_back(cart.shop, ref, number, back)
        if ref is not None:
            told_at = order.told_at if order.told_at != order.placed_at else None
            also = next((other for other in (name, order.number) if other not in (None, number)), None)
            self.episodes.credit(
                ref,
                Credit(order=number, cart=cart.id, at=order.placed_at, total=order.total, by=by, told_at=told_at, also=also),
            )

    def _one_name(self, shop: str, name: str, order: Order) -> str:
        """Under which it is counted, whichever of its names it is told by."""
        return name if order.number in (None, name) else self.episodes.one_name(shop, name, order.number or name)

    def _waiting(self, shop: str, name: str, number: str) -> Refunds:
        waiting = self.episodes.pending_refunds(shop, number)
        return waiting if name == number else waiting | self.episodes.pending_refunds(shop, name)

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
            return self._ref(cart, (self._reminded(cart, own, placed_at) if len(own) > 1 else None) or own[-1]), "cart"
        touched = self._episode_of_contacts(cart, placed_at)
        if touched:
            return touched, "contact"
        # Ordered before we declared it, told after: no recovery, but no lost cart either. But not of a life that began after it.
        this_life = cart.settled_until is None or placed_at > cart.settled_until
        return (self._ref(cart, cart.episodes[0]), "cart") if cart.episodes and this_life else None

    @staticmethod
    def _ref(cart: Cart, declared: Declared) -> EpisodeRef:
        return EpisodeRef(shop=cart.shop, day=declared.day, cart=cart.id, generation=declared.generation)

    def _episode_of_contacts(self, cart: Cart, placed_at: datetime) -> EpisodeRef | None:
        """The newest touch of whoever ordered, on whichever of their addresses, if the order came within its episode's window."""
        known = self.shops.get(cart.shop)
        if known is None:
            message = "this shop is not set up"
            raise Forbidden(message)
        touches = self._touches(cart, placed_at)
        refs = (
            (at, EpisodeRef(shop=cart.shop, day=day, cart=touch.cart, generation=touch.generation)) for touch, day, at in touches
        )
        newest = max(refs, default=None)
        if newest is None:
            return None
        inside = newest[0] >= placed_at - known.policy.window
        return newest[1] if inside or newest[0] >= placed_at - self._window(newest[1], known.policy) else None

    def _reminded(self, cart: Cart, own: Sequence[Declared], placed_at: datetime) -> Declared | None:
        """Of a cart that was left several times the abandonment whose touch was the last before the order."""
        of = {(declared.generation, declared.day): declared for declared in own}
        touched = [
            (at, of[touch.generation, day].at, of[touch.generation, day])
            for touch, day, at in self._touches(cart, placed_at)
            if touch.cart == cart.id and (touch.generation, day) in of
        ]
        return max(touched, key=lambda one: one[:2])[2] if touched else None

    def _window(self, ref: EpisodeRef, usual: Policy) -> timedelta:
        """Of the policy that an episode was declared under, where that is another than today's."""
        episode = self.episodes.get(ref)
        policy = self.shops.policy(ref.shop, episode.header.policy) if episode and episode.header else None
        return (policy or usual).window

    def _touches(self, cart: Cart, placed_at: datetime) -> Sequence[tuple[TouchId, str, datetime]]:
        """What was sent, or held back, to whoever the cart names before an order was placed, with the day of its episode."""
        kinds = {self.address_hash(cart.shop, address): Kind.of(address.channel) for address in sorted(cart.facts.named)}
        kinds |= {self.address_hash(cart.shop, each): each.kind for each in ids_of(cart.facts)}
        return [
            (touch, send.day, send.at)
            for root in roots_of(cart.shop, kinds, partial(self.contacts.get_item, cart.shop)).values()
            for touch, send in root.sends.items()
            if send.state in (SendState.CLAIMED, SendState.HELD) and send.at <= placed_at and not touch.elsewhere
        ]
