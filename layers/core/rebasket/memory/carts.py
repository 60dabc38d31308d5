"""Carts, their contacts, and the links in messages: ports.Carts, ports.Contacts and ports.Links in memory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rebasket.ports import MOST_RECENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.people.person import Person, Pointer
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

    def glance(self, shop: str, cart: str) -> Cart | None:
        """See ports.Carts."""
        return self.items.get((shop, cart))

    def all(self) -> Iterable[Cart]:
        """See ports.Carts."""
        return list(self.items.values())


@dataclass
class MemoryContacts:
    """People and pointers in a dictionary. Links are kept in order, without their times: all are recent."""

    items: dict[tuple[str, str], Person | Pointer] = field(default_factory=dict)
    links: dict[tuple[str, str], dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def get_item(self, shop: str, key: str) -> Person | Pointer | None:
        """See ports.Contacts."""
        return self.items.get((shop, key))

    def put(self, person: Person) -> bool:
        """See ports.Contacts."""
        return self._put(person)

    def put_pointer(self, pointer: Pointer) -> bool:
        """See ports.Contacts."""
        return self._put(pointer)

    def _put(self, item: Person | Pointer) -> bool:
        known = self.items.get((item.shop, item.key))
        if (known.version if known else 0) != item.version - 1:
            return False
        self.items[item.shop, item.key] = item
        return True

    def link(self, shop: str, key: str, cart: str) -> None:
        """See ports.Contacts."""
        links = self.links[shop, key]
        links.pop(cart, None)
        links[cart] = None

    def carts_of(self, shop: str, key: str) -> Sequence[str]:
        """See ports.Contacts."""
        return sorted(self.links.get((shop, key), ()))

    def recent_carts(self, shop: str, key: str, since: datetime) -> Sequence[str]:  # noqa: ARG002  # no time is kept
        """See ports.Contacts."""
        return list(reversed(self.links.get((shop, key), ())))[:MOST_RECENT]

    def unlink(self, shop: str, key: str, cart: str) -> None:
        """See ports.Contacts."""
        self.links[shop, key].pop(cart, None)


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
