"""What the provider tells us later: a bounce or a complaint suppresses the contact, mails that keep coming back do in the end;
any event that proves acceptance turns an absent or unknown touch into sent. Contact first, then the episode.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.errors import Contended
from rebasket.domain.people.contact import SuppressionReason
from rebasket.domain.people.identity import Kind
from rebasket.domain.people.person import came_back, suppressed
from rebasket.domain.people.root import root_of
from rebasket.domain.reminders.episode import EpisodeRef, Touch, TouchState
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.domain.sending.prices import cost

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rebasket.domain.people.addresses import Channel
    from rebasket.domain.people.person import Person
    from rebasket.domain.sending.delivery_events import Feedback
    from rebasket.domain.sending.prices import PriceBook
    from rebasket.ports import Contacts, Episodes

MAX_RETRIES = 20


@dataclass(frozen=True, kw_only=True)
class RecordDelivery:
    """Applies one."""

    contacts: Contacts
    episodes: Episodes
    prices: PriceBook

    def __call__(self, feedback: Feedback) -> None:
        """Apply it; repeating changes nothing. Raises Contended when the contact kept changing."""
        if feedback.word is not DeliveryEvent.ACCEPTED:
            why = SuppressionReason.BOUNCED if feedback.word is DeliveryEvent.BOUNCED else SuppressionReason.COMPLAINED
            suppress(self.contacts, feedback.shop, feedback.contact, feedback.channel, why, feedback.dated)
        elif feedback.returned is not None:
            how = partial(came_back, touch=feedback.touch, day=feedback.day, how=feedback.returned, at=feedback.dated)
            change(self.contacts, feedback.shop, feedback.contact, feedback.channel, how)
        touch, ref = feedback.touch, self._ref(feedback)
        known = self.episodes.get(ref)
        earlier = known.touches.get(touch.step) if known else None
        if earlier is not None and earlier.state is not TouchState.UNKNOWN:
            return
        price = self.prices.email
        self.episodes.record(
            ref,
            touch.step,
            Touch(
                state=TouchState.SENT,
                why=f"the provider reported it {feedback.word.value}",
                at=min(earlier.at, feedback.at) if earlier else feedback.at,
                due=earlier.due if earlier else feedback.at,
                channel=feedback.channel,
                contact=feedback.contact,
                parts=1,
                cost=cost(price, 1),
                price=price.label if price else None,
                message_id=feedback.message_id,
            ),
        )

    @staticmethod
    def _ref(feedback: Feedback) -> EpisodeRef:
        touch = feedback.touch
        return EpisodeRef(shop=feedback.shop, day=feedback.day, cart=touch.cart, generation=touch.generation)


def suppress(contacts: Contacts, shop: str, key: str, channel: Channel, why: SuppressionReason, at: datetime) -> Person:
    """Store that somebody said no by this address, or that its mailbox does; in the person whose it is by now, who is returned.

    Raises Contended when the person kept changing.
    """
    return change(contacts, shop, key, channel, partial(suppressed, key=key, why=why, at=at))


def change(contacts: Contacts, shop: str, key: str, channel: Channel, how: Callable[[Person], Person]) -> Person:
    """Store what `how` makes of the person of an address, unless it gives back the same object; the person as they then are.

    Raises Contended when the person kept changing.
    """
    for _ in range(MAX_RETRIES):
        known = root_of(shop, key, Kind.of(channel), partial(contacts.get_item, shop))
        changed = how(known)
        if changed is known or contacts.put(changed):
            return changed
    message = f"contact kept changing during {MAX_RETRIES} tries"
    raise Contended(message)
