"""Settling a day's episodes before they are counted: `unknown` for every step that was claimed and never recorded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.carts.timer import LEASE
from rebasket.domain.people.contact import SendState
from rebasket.domain.people.identity import Kind, Recipient
from rebasket.domain.people.root import roots_of
from rebasket.domain.reminders.episode import Touch, TouchState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rebasket.domain.people.contact import TouchId
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
        for touch, at, to in self._lapsed_claims(episode):
            if touch.step not in episode.touches:
                unknown = Touch(
                    state=TouchState.UNKNOWN,
                    why="claimed, and never recorded",
                    at=at,
                    due=at,
                    channel=to.channel,
                    contact=to.key,
                )
                self.episodes.record(episode.ref, touch.step, unknown)
                recorded = True
        return self.episodes.get(episode.ref) or episode if recorded else episode

    def _lapsed_claims(self, episode: Episode) -> Iterator[tuple[TouchId, datetime, Recipient]]:
        """Claims whose owner is dead: a younger one is still being attended to."""
        ref, now = episode.ref, self.clock()
        kinds = {key: Kind.of(channel) for channel, key in (episode.header.contacts if episode.header else {}).items()}
        roots = roots_of(ref.shop, kinds, partial(self.contacts.get_item, ref.shop))
        for root in {root.key: root for root in roots.values()}.values():
            for touch, send in root.sends.items():
                ours = (touch.cart, touch.generation, send.day) == (ref.cart, ref.generation, ref.day)
                channel = root.identities[send.to].kind.channel
                if ours and channel and send.state is SendState.CLAIMED and send.at + LEASE <= now:
                    yield touch, send.at, Recipient(send.to, channel)
