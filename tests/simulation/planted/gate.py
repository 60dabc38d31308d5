"""Bugs in the gate and in what it reads: versions, clocks, purchases, the cap, a no."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from rebasket import memory
from rebasket.domain.carts.cart import Cart, Phase, recorded
from rebasket.domain.people import contact as contacts
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import Contact, SendState, claimed
from rebasket.domain.reminders import decision
from rebasket.domain.reminders.decision import Hold
from rebasket.domain.reminders.episode import TouchState
from rebasket.domain.shops.policy import Policy
from rebasket.usecases.recording.attribution import AttributeOrder
from rebasket.usecases.recording.record_event import Recorded, RecordEvent
from rebasket.usecases.reminding.send_step import SendStep
from rebasket.usecases.responses.follow_link import FollowLink
from rebasket.usecases.responses.record_delivery import suppress
from tests.simulation.planted.catalogue import Patch, bug


@bug("the gate does without the contact's version")
def _blind() -> list[Patch]:
    put = memory.MemoryContacts.put

    def patched(self: Any, contact: Contact) -> bool:
        known = self.items.get((contact.shop, contact.key))
        if known is not None and contact.sends.keys() - known.sends.keys():
            contact = replace(known, version=known.version + 1, sends={**known.sends, **contact.sends})
        return put(self, contact)

    return [(memory.MemoryContacts, "put", patched)]


@bug("the cap is read outside the gate")
def _cap() -> list[Patch]:
    def gate(self: SendStep, due: Any, contact: Contact, state: SendState, attempt: int, now: Any) -> bool:
        while True:
            known = self.contacts.get(contact.shop, contact.key) or contact
            taken = known.sends.get(due.touch) != contact.sends.get(due.touch)
            if known.suppression != contact.suppression or known.bought_at != contact.bought_at or taken:
                return False
            send = contacts.Send(state=state, owner=due.owner, at=now, attempt=attempt, day=due.ref.day)
            if self.contacts.put(claimed(known, due.touch, send)):
                return True

    return [(SendStep, "_claim", gate)]


@bug("one clock in the gate: ours")
def _ours() -> list[Patch]:
    def bought_since(self: Contact, seen_at: Any, active_at: Any) -> bool:
        return self.bought_at is not None and self.bought_at >= seen_at

    return [(Contact, "bought_since", bought_since)]


@bug("one clock in the gate: the shop's")
def _theirs() -> list[Patch]:
    def bought_since(self: Contact, seen_at: Any, active_at: Any) -> bool:
        return self.placed_at is not None and self.placed_at >= active_at

    return [(Contact, "bought_since", bought_since)]


@bug("purchases on other carts do not count")
def _own_cart() -> list[Patch]:
    return [(Contact, "bought_since", lambda self, seen_at, active_at: False)]


@bug("the purchase is not stamped on the contacts")
def _tombstone() -> list[Patch]:
    return [(RecordEvent, "_tell_effects", lambda self, old, new, event, now: None)]


@bug("an address that is named after the purchase is not stamped")
def _late_name() -> list[Patch]:
    stamp = RecordEvent._tell_effects

    def patched(self: RecordEvent, old: Cart, new: Cart, event: Any, now: Any) -> None:
        if old.phase is not Phase.BOUGHT:
            stamp(self, old, new, event, now)

    return [(RecordEvent, "_tell_effects", patched)]


@bug("the cart is written before the contacts")
def _cart_first() -> list[Patch]:
    def call(self: RecordEvent, event: Any) -> Recorded:
        if not event.cart:
            return self._without_cart(event)
        for _ in range(20):
            old = self.carts.get(event.shop, event.cart) or Cart.blank(event.shop, event.cart)
            now = self.clock()
            new = recorded(old, event, now)
            if new is old:
                return Recorded.UNCHANGED
            self._arm(old, new, now)
            if not self.carts.put(new):
                continue
            self._tell_contacts(old, new)
            self._tell_effects(old, new, event, now)
            AttributeOrder(self.contacts, self.episodes, self.shops, self.address_hash)(old, new)
            return Recorded.ACCEPTED
        return Recorded.UNCHANGED

    return [(RecordEvent, "__call__", call)]


@bug("the control group bypasses the gate")
def _holdout() -> list[Patch]:
    go = SendStep._go_through

    def patched(self: SendStep, due: Any, contact: Contact, decided: Any, now: Any) -> Any:
        if isinstance(decided, Hold):
            return self._record(due, TouchState.HELD, "control group", contact, decided.checks)
        return go(self, due, contact, decided, now)

    return [(SendStep, "_go_through", patched)]


@bug("texts of an hour are not counted")
def _uncounted() -> list[Patch]:
    return [(memory.MemorySmsSlots, "take", lambda self, shop, beginning, hour, most: True)]


@bug("texts go to any country")
def _anywhere() -> list[Patch]:
    return [(Policy, "texts_to", lambda self, there: True)]


@bug("what was sent is forgotten within the cap's window")
def _forgets() -> list[Patch]:
    return [(contacts, "SENDS_RETENTION", timedelta(hours=12))]


@bug("an opt-out does not raise the contact's version")
def _quiet_no() -> list[Patch]:
    put = memory.MemoryContacts.put

    def patched(self: Any, contact: Contact) -> bool:
        known = self.items.get((contact.shop, contact.key))
        if known is not None and known.suppression is None and contact.suppression is not None:
            self.items[contact.shop, contact.key] = replace(known, suppression=contact.suppression)
            return True
        return put(self, contact)

    return [(memory.MemoryContacts, "put", patched)]


@bug("following an opt-out link without pressing the button opts out")
def _get() -> list[Patch]:
    ask = FollowLink.ask

    def patched(self: FollowLink, code: str) -> Any:
        asked = ask(self, code)
        link = asked.link
        touch_shop = asked.shop.id

        suppress(self.contacts, touch_shop, link.contact, Channel.EMAIL, contacts.SuppressionReason.OPTED_OUT, self.clock())
        return asked

    return [(FollowLink, "ask", patched)]


@bug("the hour is looked at when a step is planned, not when it is sent")
def _hour() -> list[Patch]:
    return [(decision, "allowed", lambda at, zone, quiet: True)]


@bug("a stop is not looked at")
def _stop() -> list[Patch]:
    return [(memory.MemoryShops, "get", lambda self, shop: self.items.get(shop))]
