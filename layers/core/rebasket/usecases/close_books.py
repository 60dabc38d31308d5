"""Closing a day, when its window is over: one look at its episodes, one row for each shop and day. Nothing is written per
episode, but `unknown` for a step that the contact's `sends` claim and the episode lacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rebasket.domain.books import ClosedDay, day_figures
from rebasket.domain.contact import SendState
from rebasket.domain.episode import Touch, TouchState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rebasket.domain.contact import Contact, TouchId
    from rebasket.domain.episode import Episode
    from rebasket.domain.policy import Policy
    from rebasket.ports import Books, Clock, Contacts, Episodes, Shops

LOOK_BACK = 14
"""Days before the newest closable one that each night tries again: a fortnight without a night loses nothing."""


@dataclass(frozen=True, kw_only=True)
class CloseBooks:
    """Closes what can be closed."""

    books: Books
    episodes: Episodes
    contacts: Contacts
    shops: Shops
    clock: Clock

    def __call__(self) -> dict[str, list[str]]:
        """The days closed now, by shop. Repeating it closes nothing twice."""
        return {shop: closed for shop in self.shops.all() if (closed := self._shop(shop))}

    def _shop(self, shop_id: str) -> list[str]:
        shop = self.shops.get(shop_id)
        if shop is None:
            return []
        now = self.clock()
        newest = closable_until(now, shop.policy)
        days = [f"{newest - timedelta(days=back):%Y-%m-%d}" for back in range(LOOK_BACK, -1, -1)]
        done = self.books.days(shop_id, days[0], days[-1])
        return [day for day in days if day not in done and self._close(shop_id, day, shop.policy, now)]

    def _close(self, shop: str, day: str, policy: Policy, now: datetime) -> bool:
        episodes = [self._settled(episode) for episode in self.episodes.of_day(shop, day)]
        figures = day_figures(day, episodes, policy.window)
        return self.books.close(ClosedDay(shop=shop, closed_at=now, figures=figures))

    def _settled(self, episode: Episode) -> Episode:
        """The episode with `unknown` for every step that was claimed and never recorded."""
        for touch, at, contact in self._claims(episode):
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
        return self.episodes.get(episode.ref) or episode

    def _claims(self, episode: Episode) -> Iterable[tuple[TouchId, datetime, Contact]]:
        ref = episode.ref
        for key in (episode.header.contacts if episode.header else {}).values():
            contact = self.contacts.get(ref.shop, key)
            if contact is None:
                continue
            for touch, send in contact.sends.items():
                if (touch.cart, touch.generation) == (ref.cart, ref.generation) and send.state is SendState.CLAIMED:
                    yield touch, send.at, contact


def closable_until(now: datetime, policy: Policy) -> datetime:
    """The newest day whose episodes can change no more: its window is over for whoever was declared in its last minute."""
    settled = max(policy.window, policy.steps[-1].delay + policy.give_up)
    return datetime.combine((now - settled - timedelta(days=1)).date(), datetime.min.time(), UTC)
