"""Closing a day, when its window is over: one look at its episodes, one row for each shop and day. Nothing is written per
episode, but `unknown` for a step that the contact's `sends` claim and the episode lacks.

Somebody who read that the day is open may still be writing to one of its episodes. So the day is marked before it is closed, and
the next night counts it once more (see `post_changes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rebasket.domain.books import ClosedDay, day_figures
from rebasket.domain.postings import mark_of
from rebasket.usecases.settle_episodes import SettleEpisodes

if TYPE_CHECKING:
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
        settle = SettleEpisodes(episodes=self.episodes, contacts=self.contacts, shops=self.shops, clock=self.clock)
        figures = day_figures(day, settle(shop, day), policy.window)
        self.books.mark(mark_of(shop, day, self.clock()))
        return self.books.close(ClosedDay(shop=shop, closed_at=now, window=policy.window, figures=figures))


def closable_until(now: datetime, policy: Policy) -> datetime:
    """The newest day whose episodes can change no more: its window is over for whoever was declared in its last minute."""
    settled = max(policy.window, policy.steps[-1].delay + policy.give_up)
    return datetime.combine((now - settled - timedelta(days=1)).date(), datetime.min.time(), UTC)
