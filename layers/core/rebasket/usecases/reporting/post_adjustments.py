"""Posting what changed in closed days, every night, for each day that is marked.

    1 the closed day and what was posted to it so far → 2 its episodes, counted afresh → 3 the difference, if there is one,
    is posted under the next number, if that is free → 4 the marks that were ripe are deleted, if nobody put them again

Twice at once: only one of them gets the number, and the other leaves the marks to it or to the next night. A crash before 3 has
done nothing; after 3, the next night finds no difference. Read the other way round, 2 before 1, what somebody else posted in
between would be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from rebasket.domain.reporting.adjustments import Adjustment, adjusted, difference
from rebasket.domain.reporting.daily_figures import can_be_counted, daily_figures
from rebasket.usecases.reporting.job_runner import Task, rotate, until_over
from rebasket.usecases.reporting.settle import SettleEpisodes
from rebasket.usecases.reporting.windows import windows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rebasket.domain.reporting.adjustments import ChangedDay
    from rebasket.ports import Books, Clock, Contacts, Episodes, Shops
    from rebasket.usecases.reporting.job_runner import JobRunner


@dataclass(frozen=True, kw_only=True)
class PostAdjustments:
    """Posts what can be posted."""

    books: Books
    episodes: Episodes
    contacts: Contacts
    shops: Shops
    clock: Clock

    def __call__(self, night: JobRunner) -> list[Adjustment]:
        """What was posted now; what could not be is in `night.undone`. Repeating it posts nothing twice."""
        now = self.clock()
        shops = [Task(shop, None, partial(self._marked, shop)) for shop in rotate(self.shops.all(), now)]
        posted = night.each([task for tasks in night.each(shops, now) for task in tasks], now)
        return [posting for posting in posted if posting is not None]

    def _marked(self, shop: str, _over: Callable[[], bool]) -> list[Task[Adjustment | None]]:
        """The days of a shop that are to be counted afresh."""
        now = self.clock()
        ripe = [mark for mark in self.books.changed_days(shop) if mark.ripe(now)]
        days = groupby(ripe, key=lambda mark: mark.day)
        return [Task(shop, day, partial(self._change, shop, day, list(marks))) for day, marks in days]

    def _change(self, shop: str, day: str, ripe: Sequence[ChangedDay], over: Callable[[], bool]) -> Adjustment | None:
        posting = self._difference(shop, day, ripe, over)
        if posting is not None and not self.books.post(posting):
            return None
        for mark in ripe:
            self.books.unmark_changed(mark)
        return posting

    def _difference(self, shop: str, day: str, ripe: Sequence[ChangedDay], over: Callable[[], bool]) -> Adjustment | None:
        closed, now = self.books.day(shop, day), self.clock()
        if closed is None or not can_be_counted(day, now):
            return None  # closing it died before it was closed, and will be done again; or its episodes are gone
        so_far = self.books.adjustments(shop, day, day)
        settle = SettleEpisodes(episodes=self.episodes, contacts=self.contacts, shops=self.shops, clock=self.clock)
        counted = daily_figures(day, until_over(settle(shop, day), over), windows_of(self.shops, closed.window))
        change = difference(counted, adjusted(closed, so_far))
        if change is None:
            return None
        # Whatever was counted had been marked before: nothing is posted on a day before it arrived.
        marks = [*ripe, *(mark for mark in self.books.changed_days(shop) if mark.day == day)]
        arrived = max(mark.arrived for mark in marks)
        return Adjustment(shop=shop, number=len(so_far) + 1, arrived=arrived, posted_at=now, change=change)
