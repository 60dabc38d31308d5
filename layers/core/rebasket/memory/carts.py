"""Carts, their contacts, and the links in messages: ports.Carts, ports.Contacts and ports.Links in memory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.people.contact import Contact
    from rebasket.domain.sending.message import Link


@dataclass
class MemoryCarts:
    """Carts in a dictionary."""

    items: dict[tuple[str, str], Cart] = field(default_factory=dict)

    def get(self, shop: str, cart: str) -> Cart | None:
        """See ports.Carts."""
        return self.items.get((shop, cart))

    def put(self, cart: Cart) -> bool:
        """See ports.Carts."""
        known = self.items.get((cart.shop, cart.id))
        if (known.version if known else 0) != cart.version - 1:
            return False
        self.items[cart.shop, cart.id] = cart
        return True

    def all(self) -> Iterable[Cart]:
        """See ports.Carts."""
        return list(self.items.values())


@dataclass
class MemoryContacts:
    """Contacts in a dictionary."""

    items: dict[tuple[str, str], Contact] = field(default_factory=dict)
    links: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def get(self, shop: str, key: str) -> Contact | None:
        """See ports.Contacts."""
        return self.items.get((shop, key))

    def put(self, contact: Contact) -> bool:
        """See ports.Contacts."""
        known = self.items.get((contact.shop, contact.key))
        if (known.version if known else 0) != contact.version - 1:
            return False
        self.items[contact.shop, contact.key] = contact
        return True

    def link(self, shop: str, key: str, cart: str) -> None:
        """See ports.Contacts."""
        self.links[shop, key].add(cart)

    def carts_of(self, shop: str, key: str) -> Sequence[str]:
        """See ports.Contacts."""
        return sorted(self.links.get((shop, key), ()))

    def unlink(self, shop: str, key: str, cart: str) -> None:
        """See ports.Contacts."""
        self.links[shop, key].discard(cart)


@dataclass
class MemoryLinks:
    """Links in a dictionary."""

    items: dict[str, Link] = field(default_factory=dict)

    def put(self, link: Link) -> None:
        """See ports.Links."""
        self.items[link.code] = link

    def get(self, code: str) -> Link | None:
        """See ports.Links."""
        return self.items.get(code)
