"""Bugs that show when carts are forgotten, come back under their name, or are erased."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rebasket.domain.people import gate, person
from rebasket.domain.people.contact import SuppressionReason
from rebasket.domain.people.person import Person
from rebasket.usecases.recording import record_event
from rebasket.usecases.recording.attribution import AttributeOrder
from rebasket.usecases.recording.erase_person import ErasePerson
from rebasket.usecases.recording.record_event import Recorded, RecordEvent
from rebasket.usecases.responses.record_delivery import suppress
from tests.simulation.planted.catalogue import Patch, bug
from tests.simulation.provider import LinkCodes

if TYPE_CHECKING:
    from rebasket.domain.carts.facts import Order


@bug("a touch is taken for that of a forgotten cart of the same name", months=True)
def _same_name() -> list[Patch]:
    return [(Person, "send_of", lambda self, touch, day: self.sends.get(touch))]


@bug("what went out under the same name is forgotten", months=True)
def _earlier() -> list[Patch]:
    claimed = person.claimed

    def patched(someone: Person, which: Any, send: Any) -> Person:
        new = claimed(someone, which, send)
        return replace(new, sends={**new.sends, which: send})

    return [(gate, "claimed", patched)]


@bug("the links of two carts of the same name have the same code", months=True)
def _same_link() -> list[Patch]:
    days: dict[tuple[str, Any], str] = {}

    def code(self: LinkCodes, shop: str, touch: Any, day: str) -> str:
        return f"{shop}~{days.setdefault((shop, touch), day)}~{touch}"

    return [(LinkCodes, "__call__", code)]


@bug("links by which an erasure finds carts are not renewed", months=True)
def _links() -> list[Patch]:
    return [(record_event, "_week", lambda cart: 0)]


@bug("erasure deletes its links before it empties the carts")
def _links_first() -> list[Patch]:
    def call(self: ErasePerson, shop: str, address: Any) -> int:
        key = self.address_hash(shop, address)
        suppress(self.contacts, shop, key, address.channel, SuppressionReason.ERASED, self.clock())
        named_in = self.contacts.carts_of(shop, key)
        for cart in named_in:
            self.contacts.unlink(shop, key, cart)
        for cart in named_in:
            self._empty(shop, cart)
        return len(named_in)

    return [(ErasePerson, "__call__", call)]


@bug("what is told of an erased cart is not heard", months=True)
def _deaf() -> list[Patch]:
    return [(RecordEvent, "_of_erased", lambda self, cart, event, now, *, by_server: Recorded.UNCHANGED)]


@bug("money paid back of a forgotten cart's order counts nowhere", months=True)
def _nowhere() -> list[Patch]:
    credit = AttributeOrder._credit

    def patched(self: AttributeOrder, cart: Any, number: str, order: Order) -> None:
        if order.placed_at is not None:
            credit(self, cart, number, order)

    return [(AttributeOrder, "_credit", patched)]
