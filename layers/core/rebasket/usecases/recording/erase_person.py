"""Erasure on request (GDPR, Article 17): everything personal about an address goes; that it must not be written to stays, as a
keyed hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import Closed, erased
from rebasket.domain.errors import Contended
from rebasket.domain.people.contact import SuppressionReason
from rebasket.usecases.responses.record_delivery import MAX_RETRIES, suppress

if TYPE_CHECKING:
    from rebasket.domain.people.addresses import Address
    from rebasket.ports import AddressHash, Carts, Clock, Contacts


@dataclass(frozen=True, kw_only=True)
class ErasePerson:
    """Erases what is kept about one address. Somebody with several is erased address by address."""

    carts: Carts
    contacts: Contacts
    address_hash: AddressHash
    clock: Clock

    def __call__(self, shop: str, address: Address) -> int:
        """The number of carts emptied. The suppression comes first and the links last, so that a repeat goes on where this
        stopped. Raises Contended when a cart kept changing.
        """
        key = self.address_hash(shop, address)
        suppress(self.contacts, shop, key, address.channel, SuppressionReason.ERASED, self.clock())
        named_in = self.contacts.carts_of(shop, key)
        for cart in named_in:
            self._empty(shop, cart)
        for cart in named_in:
            self.contacts.unlink(shop, key, cart)
        return len(named_in)

    def _empty(self, shop: str, cart_id: str) -> None:
        """Its timers find a closed cart, and end what was open."""
        for _ in range(MAX_RETRIES):
            cart = self.carts.get(shop, cart_id)
            if cart is None or cart.why is Closed.ERASED or self.carts.put(erased(cart, self.clock())):
                return
        message = f"cart kept changing during {MAX_RETRIES} tries"
        raise Contended(message)
