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

LINKED_ANEW = timedelta(days=7)
"""A cart's links are put anew with its first change of each week: one that is live may have been linked so long before it."""


@dataclass(frozen=True, slots=True)
class NewestCart:
    """Looks for it among the carts that were lately linked to any address of the person."""

    carts: Carts
    contacts: Contacts
    address_hash: AddressHash

    def __call__(self, own: Cart, policy: Policy, person: Person, now: datetime) -> str | None:
        """The id of the cart that speaks instead; None where their `own` does."""
        found = newer_live_cart(Standing(id=own.id, active_at=own.active_at), self._others(own, policy, person, now), now)
        return found.id if found else None

    def _others(self, own: Cart, policy: Policy, person: Person, now: datetime) -> Iterator[Standing]:
        since = now - policy.abandoned_after - _span(policy) - LINKED_ANEW
        addresses = [key for key, identity in person.identities.items() if identity.kind.channel is not None]
        recent = {cart: None for key in addresses for cart in self.contacts.recent_carts(own.shop, key, since)}
        for cart_id in recent:
            cart = self.carts.glance(own.shop, cart_id) if cart_id != own.id else None
            if cart is not None and cart.phase in (Phase.ACTIVE, Phase.ABANDONED) and self._names(cart, addresses):
                yield _standing(cart, policy)

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
