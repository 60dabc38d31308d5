"""Bugs in the gate and in what it reads: versions, clocks, purchases, the cap, a no."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rebasket import memory
from rebasket.domain.carts.cart import Cart, Phase, recorded
from rebasket.domain.people import contact as contacts
from rebasket.domain.people import sends
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.person import Person, claimed
from rebasket.domain.people.sends import Send
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

if TYPE_CHECKING:
    from rebasket.domain.people.contact import SendState


@bug("the gate does without the contact's version")
def _blind() -> list[Patch]:
    put = memory.MemoryContacts.put

    def patched(self: Any, person: Person) -> bool:
        known = self.items.get((person.shop, person.key))
        if isinstance(known, Person) and person.sends.keys() - known.sends.keys():
            person = replace(known, version=known.version + 1, sends={**known.sends, **person.sends})
        return put(self, person)

    return [(memory.MemoryContacts, "put", patched)]


@bug("the cap is read outside the gate")
def _cap() -> list[Patch]:
    def gate(self: SendStep, passing: Any, state: SendState, attempt: int, now: Any) -> bool:
        due, root = passing.due, passing.root
        while True:
            known = self.contacts.get_item(root.shop, root.key) or root
            if not isinstance(known, Person):
                return False
            taken = known.sends.get(due.touch) != root.sends.get(due.touch)
            if known.identities != root.identities or known.bought_at != root.bought_at or taken:
                return False
            send = Send(state=state, owner=due.owner, at=now, attempt=attempt, day=due.ref.day, to=passing.to.key)
            if self.contacts.put(claimed(known, due.touch, send)):
                return True

    return [(SendStep, "_claim", gate)]


@bug("one clock in the gate: ours")
def _ours() -> list[Patch]:
    def bought_since(self: Person, seen_at: Any, active_at: Any) -> bool:
        return self.bought_at is not None and self.bought_at >= seen_at

    return [(Person, "bought_since", bought_since)]


@bug("one clock in the gate: the shop's")
def _theirs() -> list[Patch]:
    def bought_since(self: Person, seen_at: Any, active_at: Any) -> bool:
        return self.placed_at is not None and self.placed_at >= active_at

    return [(Person, "bought_since", bought_since)]


@bug("purchases on other carts do not count")
def _own_cart() -> list[Patch]:
    return [(Person, "bought_since", lambda self, seen_at, active_at: False)]


@bug("the purchase is not stamped on the contacts")
def _tombstone() -> list[Patch]:
    return [(RecordEvent, "_purchase", lambda self, old, new, event, now: None)]


@bug("an address that is named after the purchase is not stamped")
def _late_name() -> list[Patch]:
    purchase = RecordEvent._purchase

    def patched(self: RecordEvent, old: Cart, new: Cart, event: Any, now: Any) -> Any:
        return None if old.phase is Phase.BOUGHT else purchase(self, old, new, event, now)

    return [(RecordEvent, "_purchase", patched)]


@bug("the cart is written before the contacts")
def _cart_first() -> list[Patch]:
    def a_round(self: RecordEvent, event: Any, *, by_server: bool) -> Recorded | None:
        if not event.cart:
            return self._without_cart(event, by_server=by_server)
        old = self.carts.get(event.shop, event.cart) or Cart.blank(event.shop, event.cart)
        now = self.clock()
        new = recorded(old, event, now)
        if new is old:
            return Recorded.UNCHANGED
        self._arm(old, new, now)
        if not self.carts.put(new):
            return None
        self._link(old, new)
        self._tell_people(old, new, event, now, by_server=by_server)
        AttributeOrder(self.contacts, self.episodes, self.shops, self.address_hash)(old, new)
        return Recorded.ACCEPTED

    return [(RecordEvent, "_round", a_round)]


@bug("the control group bypasses the gate")
def _holdout() -> list[Patch]:
    go = SendStep._go_through

    def patched(self: SendStep, passing: Any, decided: Any, now: Any) -> Any:
        if isinstance(decided, Hold):
            return self._record(passing.due, TouchState.HELD, "control group", passing.to, decided.checks)
        return go(self, passing, decided, now)

    return [(SendStep, "_go_through", patched)]


@bug("texts of an hour are not counted")
def _uncounted() -> list[Patch]:
    return [(memory.MemorySmsSlots, "take", lambda self, shop, beginning, hour, most: True)]


@bug("texts go to any country")
def _anywhere() -> list[Patch]:
    return [(Policy, "texts_to", lambda self, there: True)]


@bug("what was sent is forgotten within the cap's window")
def _forgets() -> list[Patch]:
    return [(sends, "SENDS_RETENTION", timedelta(hours=12))]


@bug("an opt-out does not raise the contact's version")
def _quiet_no() -> list[Patch]:
    put = memory.MemoryContacts.put

    def patched(self: Any, person: Person) -> bool:
        known = self.items.get((person.shop, person.key))
        if isinstance(known, Person) and person.suppressed_by_person and not known.suppressed_by_person:
            self.items[person.shop, person.key] = replace(known, identities=person.identities)
            return True
        return put(self, person)

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
