"""Reminders that the shop's platform sent by itself: they count for cap and gap as ours do, and there is no request of ours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.people.contact import SendState, TouchId
from rebasket.domain.people.identity import Kind
from rebasket.domain.people.person import claimed
from rebasket.domain.people.root import root_of
from rebasket.domain.people.sends import Send
from rebasket.usecases.recording.tell_people import Refused

if TYPE_CHECKING:
    from rebasket.domain.carts.events import ReminderSentElsewhere
    from rebasket.domain.people.addresses import Address
    from rebasket.ports import AddressHash, Contacts


@dataclass(frozen=True, slots=True)
class CountElsewhere:
    """Notes one among what the person was sent."""

    contacts: Contacts
    address_hash: AddressHash

    def __call__(self, event: ReminderSentElsewhere, address: Address) -> bool:
        """Whether it was not known yet. Raises Refused when somebody else wrote the person meanwhile."""
        key, touch = self.address_hash(event.shop, address), TouchId.of_elsewhere(event.id)
        root = root_of(event.shop, key, Kind.of(address.channel), partial(self.contacts.get_item, event.shop))
        if touch in root.sends:
            return False
        send = Send(state=SendState.CLAIMED, owner=event.id, at=event.at, attempt=1, day=f"{event.at:%Y-%m-%d}", to=key)
        if not self.contacts.put(claimed(root, touch, send)):
            raise Refused
        return True
