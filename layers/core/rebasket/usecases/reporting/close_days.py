"""Closing a day, when its window is over: one look at its episodes, one row for each shop and day. Nothing is written per
episode, but `unknown` for a step that the contact's `sends` claim and the episode lacks.

Somebody who read that the day is open may still be writing to one of its episodes. So the day is marked before it is closed, and
the next night counts it once more (see `post_changes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from rebasket.domain.reporting.adjustments import changed_day_of
from rebasket.domain.reporting.daily_figures import COUNTED_WINDOW, ClosedDay, daily_figures
from rebasket.usecases.reporting.job_runner import Task, rotate, until_over
from rebasket.usecases.reporting.settle import SettleEpisodes
from rebasket.usecases.reporting.windows import windows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket.domain.shops.policy import Policy
    from rebasket.ports import Books, Clock, Contacts, Episodes, Shops
    from rebasket.usecases.reporting.job_runner import JobRunner

LOOK_BACK = 14
"""Days before the newest closable one that each night tries again, a shop's first night among them."""

RETENTION = COUNTED_WINDOW.days - 60
"""Days before the newest closable one whose episodes are surely there: that one is past the window, of 60 days at most."""

WEEK = 7
"""Nights from one look for days that a fortnight of nights could not close to the next."""


@dataclass(frozen=True, kw_only=True)
class CloseDays:
    """Closes what can be closed."""

    books: Books
    episodes: Episodes
    contacts: Contacts
    shops: Shops
    clock: Clock

    def __call__(self, night: JobRunner) -> dict[str, list[str]]:
        """The days closed now, by shop; what could not be closed is in `night.undone`. Repeating it closes nothing twice."""
        now = self.clock()
        shops = [Task(shop, None, partial(self._open, shop)) for shop in rotate(self.shops.all(), now)]
        closed = night.each([task for tasks in night.each(shops, now) for task in tasks], now)
        days = sorted(closing for closing in closed if closing is not None)
        return {shop: [day for _, day in of_shop] for shop, of_shop in groupby(days, key=lambda closing: closing[0])}

    def _open(self, shop_id: str, _over: Callable[[], bool]) -> list[Task[tuple[str, str] | None]]:
        """The days of a shop that are to be closed, the oldest first."""
        shop = self.shops.get(shop_id)
        if shop is None:
            return []
        now = self.clock()
        newest = closable_until(now, shop.policy)
        days = _days(newest, LOOK_BACK, 0)
        done = self.books.days(shop_id, days[0], days[-1])
        if days[0] not in done or (newest.toordinal() + len(shop_id)) % WEEK == 0:
            days = [*self._left_behind(shop_id, newest), *days]
        return [Task(shop_id, day, partial(self._close, shop_id, day, shop.policy, now)) for day in days if day not in done]

    def _left_behind(self, shop: str, newest: datetime) -> list[str]:
        """Open days before those, from the first closed one on: where the policy's window became shorter, where many nights were
        missed, or what could not be closed.
        """
        before = _days(newest, RETENTION, LOOK_BACK + 1)
        closed = self.books.days(shop, before[0], before[-1])
        return [day for day in before[before.index(min(closed)) :] if day not in closed] if closed else []

    def _close(self, shop: str, day: str, policy: Policy, now: datetime, over: Callable[[], bool]) -> tuple[str, str] | None:
        settle = SettleEpisodes(episodes=self.episodes, contacts=self.contacts, shops=self.shops, clock=self.clock)
        figures = daily_figures(day, until_over(settle(shop, day), over), windows_of(self.shops, policy.window))
        self.books.mark(changed_day_of(shop, day, self.clock()))
        closed = self.books.close(ClosedDay(shop=shop, closed_at=now, window=policy.window, figures=figures))
        return (shop, day) if closed else None


def _days(newest: datetime, first: int, last: int) -> list[str]:
    """From so many days before the newest to so many."""
    return [f"{newest - timedelta(days=back):%Y-%m-%d}" for back in range(first, last - 1, -1)]


def closable_until(now: datetime, policy: Policy) -> datetime:
    """The newest day whose episodes can change no more: its window is over for whoever was declared in its last minute."""
    settled = max(policy.window, policy.steps[-1].delay + policy.give_up)
    return datetime.combine((now - settled - timedelta(days=1)).date(), datetime.min.time(), UTC)
