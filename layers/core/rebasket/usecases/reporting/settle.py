"""Settling a day's episodes before they are counted: `unknown` for every step that was claimed and never recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.carts.timer import LEASE
from rebasket.domain.people.contact import SendState
from rebasket.domain.reminders.episode import Touch, TouchState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rebasket.domain.people.contact import Contact, TouchId
    from rebasket.domain.reminders.episode import Episode
    from rebasket.ports import Clock, Contacts, Episodes, Shops


@dataclass(frozen=True, kw_only=True)
class SettleEpisodes:
    """Settles them, one after the other."""

    episodes: Episodes
    contacts: Contacts
    shops: Shops
    clock: Clock

    def __call__(self, shop: str, day: str) -> Iterator[Episode]:
        """All episodes of a day, as they are once settled. Only one with an open step costs more than the day's query."""
        for episode in self.episodes.of_day(shop, day):
            yield episode if self._complete(episode) else self._settled(episode)

    def _complete(self, episode: Episode) -> bool:
        header = episode.header
        policy = self.shops.policy(episode.ref.shop, header.policy) if header else None
        return policy is not None and all(step in episode.touches for step in range(1, len(policy.steps) + 1))

    def _settled(self, episode: Episode) -> Episode:
        recorded = False
        for touch, at, contact in self._lapsed_claims(episode):
            if touch.step not in episode.touches:
                unknown = Touch(
                    state=TouchState.UNKNOWN,
                    why="claimed, and never recorded",
                    at=at,
                    due=at,
                    channel=contact.channel,
                    contact=contact.key,
                )
                self.episodes.record(episode.ref, touch.step, unknown)
                recorded = True
        return self.episodes.get(episode.ref) or episode if recorded else episode

    def _lapsed_claims(self, episode: Episode) -> Iterator[tuple[TouchId, datetime, Contact]]:
        """Claims whose owner is dead: a younger one is still being attended to."""
        ref, now = episode.ref, self.clock()
        for key in (episode.header.contacts if episode.header else {}).values():
            contact = self.contacts.get(ref.shop, key)
            for touch, send in (contact.sends if contact else {}).items():
                ours = (touch.cart, touch.generation, send.day) == (ref.cart, ref.generation, ref.day)
                if contact and ours and send.state is SendState.CLAIMED and send.at + LEASE <= now:
                    yield touch, send.at, contact
