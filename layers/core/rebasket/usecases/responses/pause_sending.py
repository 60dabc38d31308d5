"""The brake: when too much of a shop's mail bounces or is complained about, its sending stops by itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.people.identity import Kind
from rebasket.domain.people.person import is_confirmed
from rebasket.domain.people.root import root_of
from rebasket.domain.reminders.episode import EpisodeRef
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.domain.sending.sending_pause import verdict

if TYPE_CHECKING:
    from rebasket.domain.sending.delivery_events import Feedback
    from rebasket.ports import Contacts, Episodes, SendingPauses


CONFIRMED = "confirmed"
"""Of the bounces, those of addresses that were known to be somebody's."""


@dataclass(frozen=True, kw_only=True)
class PauseSending:
    """Counts what the provider says, and pauses the shop beyond its limits."""

    episodes: Episodes
    contacts: Contacts
    sending_pauses: SendingPauses

    def __call__(self, feedback: Feedback) -> str | None:
        """Why the shop was paused now; None when it was not. Each message counts once for each word, however often it is told.

        A crash between noting and counting loses one count: the brake needs several, and the next one counts again. What comes
        from the provider's own list is not counted: nothing was sent, and the provider counts it in no share either.
        """
        if feedback.held_by_provider:
            return None
        touch = feedback.touch
        ref = EpisodeRef(shop=feedback.shop, day=feedback.day, cart=touch.cart, generation=touch.generation)
        if not self.episodes.note(ref, touch.step, feedback.word):
            return None
        self.sending_pauses.count(feedback.shop, feedback.word.value)
        if feedback.word is DeliveryEvent.ACCEPTED:
            return None
        if feedback.word is DeliveryEvent.BOUNCED and self._confirmed(feedback):
            self.sending_pauses.count(feedback.shop, CONFIRMED)
        why = verdict(self.sending_pauses.reputation(feedback.shop))
        return why if why and self.sending_pauses.pause(feedback.shop, why) else None

    def _confirmed(self, feedback: Feedback) -> bool:
        read = partial(self.contacts.get_item, feedback.shop)
        root = root_of(feedback.shop, feedback.contact, Kind.of(feedback.channel), read)
        return is_confirmed(root, feedback.contact, feedback.touch)
