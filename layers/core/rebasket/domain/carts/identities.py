"""Which identities a cart and an event name: what `who_joins` chooses of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.carts.events import OrderPlaced
from rebasket.domain.people.identity import Kind, ShopperId
from rebasket.domain.people.joining import NamedIdentity

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket.domain.carts.events import Event
    from rebasket.domain.carts.facts import CartFacts
    from rebasket.domain.people.addresses import Address

    Hash = Callable[[Address | ShopperId], str]

REGISTERS = {Kind.CUSTOMER: "customer_id", Kind.ANONYMOUS: "anonymous_id"}
"""Where a cart's facts keep the id told last."""


def ids_of(facts: CartFacts) -> tuple[ShopperId, ...]:
    """The cart's ids, the latest of each kind."""
    said = {kind: facts.text(name) for kind, name in REGISTERS.items()}
    return tuple(ShopperId(kind, value) for kind, value in said.items() if value)


def identities_of(facts: CartFacts, event: Event, hash_of: Hash, *, by_server: bool = True) -> list[NamedIdentity]:
    """Every identity of a cart, of which the event is the last word. `by_server`: whether what it says may join people."""
    ordered = isinstance(event, OrderPlaced)
    by_order = {statement.address for statement in event.person.statements} if ordered else set()
    addresses = [
        NamedIdentity(
            key=hash_of(address), kind=Kind.of(address.channel), at=named.at, by_server=by_server, by_order=address in by_order
        )
        for address, named in sorted(facts.named.items(), key=lambda each: each[0])
    ]
    ids = [
        NamedIdentity(key=hash_of(each), kind=each.kind, at=facts.registers[REGISTERS[each.kind]].at, by_server=by_server)
        for each in ids_of(facts)
    ]
    return [*addresses, *ids]
