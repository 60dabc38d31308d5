"""Whether a newer live cart speaks for the shopper: asked last, before a reminder goes out or is held back.

Both reads may be a moment old: a cart that comes so late is as one that came after the message, and the gap holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import Phase
from rebasket.domain.people.newest_cart import Standing, newer_live_cart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.people.person import Person
    from rebasket.domain.shops.policy import Policy
    from rebasket.ports import AddressHash, Carts, Contacts
    from rebasket.usecases.reminding.due_step import DueStep

LINKED_ANEW = timedelta(days=7)
"""A cart's links are put anew with its first change of each week: one that is live may have been linked so long before it."""


@dataclass(frozen=True, slots=True)
class NewestCart:
    """Looks for it among the carts that were lately linked to any address of the person."""

    carts: Carts
    contacts: Contacts
    address_hash: AddressHash

    def __call__(self, due: DueStep, person: Person, now: datetime) -> str | None:
        """The id of the cart that speaks instead; None where the due step's own does."""
        own = Standing(id=due.cart.id, active_at=due.cart.active_at)
        found = newer_live_cart(own, self._others(due, person, now), now)
        return found.id if found else None

    def _others(self, due: DueStep, person: Person, now: datetime) -> Iterator[Standing]:
        shop = due.shop.id
        since = now - due.policy.abandoned_after - _span(due.policy) - LINKED_ANEW
        addresses = [key for key, identity in person.identities.items() if identity.kind.channel is not None]
        recent = {cart: None for key in addresses for cart in self.contacts.recent_carts(shop, key, since)}
        for cart_id in recent:
            cart = self.carts.glance(shop, cart_id) if cart_id != due.cart.id else None
            if cart is not None and cart.phase in (Phase.ACTIVE, Phase.ABANDONED) and self._names(cart, addresses):
                yield _standing(cart, due.policy)

    def _names(self, cart: Cart, addresses: list[str]) -> bool:
        """Whether it still does: whoever was at it may have left."""
        return any(self.address_hash(cart.shop, address) in addresses for address in cart.facts.named)


def _span(policy: Policy) -> timedelta:
    return policy.steps[-1].delay + policy.give_up


def _standing(cart: Cart, policy: Policy) -> Standing:
    declared = cart.declared(cart.generation) if cart.phase is Phase.ABANDONED else None
    return Standing(
        id=cart.id,
        active_at=cart.active_at,
        empty=not cart.facts.lines,
        speaks_until=declared.due + _span(policy) if declared else None,
    )
