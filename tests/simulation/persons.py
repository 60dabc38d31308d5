"""Who is one person, as somebody outside knows it: from the events that shops were answered 2xx for, and from nothing stored.

A cart's identities are one where there is no doubt about it: all that an order names, and the only address, account and device
that anybody ever named on the cart. What may be one by any event that was begun is kept, too: whose number there is beyond what
a person has room for is not judged.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rebasket.domain.carts.events import OrderPlaced
from rebasket.domain.people.identity import Kind, ShopperId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rebasket.domain.carts.events import Event
    from rebasket.domain.people.addresses import Address

MOST = 20
"""Identities of one person: beyond, they stay apart."""

Key = tuple[str, str]
"""A shop, and the key of an identity."""


class Classes:
    """A union-find: each class is the set of its members, shared by them."""

    def __init__(self) -> None:
        self._of: dict[Key, set[Key]] = {}

    def of(self, key: Key) -> set[Key]:
        """Everybody who is one with this identity, itself among them."""
        return self._of.get(key) or {key}

    def join(self, keys: Iterable[Key]) -> None:
        """Make them one."""
        together = {member for key in keys for member in self.of(key)}
        self._of |= dict.fromkeys(together, together)


class Persons:
    """Told of every event, when a shop begins to tell it, and when it was answered."""

    def __init__(self, address_hash: Callable[[str, Address | ShopperId], str]) -> None:
        self._hash = address_hash
        self._sure, self._perhaps = Classes(), Classes()
        self._begun: defaultdict[Key, dict[Key, Kind]] = defaultdict(dict)
        self._told: defaultdict[Key, set[Key]] = defaultdict(set)

    def begun(self, event: Event) -> None:
        """It may make people one from now on."""
        named = self._named(event)
        if event.cart:
            self._begun[event.shop, event.cart] |= named
            named = self._begun[event.shop, event.cart]
        self._perhaps.join(named)

    def told(self, event: Event, *, kept: bool) -> None:
        """It was answered. Of a cart that is not `kept` any more, it stands for itself."""
        named, cart = self._named(event), (event.shop, event.cart)
        known = self._begun[cart] if event.cart else named
        if event.cart and kept:
            self._told[cart] |= named.keys()
            named = {key: kind for key, kind in known.items() if key in self._told[cart]}
        kinds = list(known.values())
        only = {key for key, kind in named.items() if kinds.count(kind) == 1}
        ordered = set(self._named(event)) if isinstance(event, OrderPlaced) else set()
        self._sure.join(only | {key for key in ordered if known.get(key) in (Kind.EMAIL, Kind.PHONE)})

    def forget(self, shop: str, cart: str) -> None:
        """A cart was deleted: what is told under its name stands for itself, and who was one stays one."""
        self._told.pop((shop, cart), None)

    def of(self, shop: str, key: str) -> frozenset[str]:
        """The keys of everybody who surely is one person with this one now; of too many, this one alone."""
        if len(self._perhaps.of((shop, key))) > MOST:
            return frozenset({key})
        return frozenset(other for _, other in self._sure.of((shop, key)))

    def _named(self, event: Event) -> dict[Key, Kind]:
        person = event.person
        who: list[tuple[Address | ShopperId, Kind]] = [
            (each.address, Kind.of(each.address.channel)) for each in person.statements
        ]
        who += [(ShopperId(kind, value), kind) for kind, value in _ids(person.customer_id, person.anonymous_id)]
        return {(event.shop, self._hash(event.shop, each)): kind for each, kind in who}


def _ids(customer: str | None, anonymous: str | None) -> Iterable[tuple[Kind, str]]:
    if customer is not None:
        yield Kind.CUSTOMER, customer
    if anonymous is not None:
        yield Kind.ANONYMOUS, anonymous
