"""Figures for finance: closed days from the books, open ones counted from their episodes, and said to be so; and what arrived in
the same days about days that were closed before, on lines of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rebasket.domain.errors import FieldError, Invalid, NotFound, OutOfTime
from rebasket.domain.reporting.daily_figures import COUNTED_WINDOW, DailyFigures, Figures, daily_figures
from rebasket.usecases.reporting.job_runner import until_over
from rebasket.usecases.reporting.windows import windows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rebasket.domain.reporting.adjustments import Adjustment
    from rebasket.domain.shops.policy import Shop
    from rebasket.ports import Books, Episodes, Shops

MAX_DAYS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Figures of the days from `first` to `last`; `open_days` may still change.

    `postings` are the later changes that arrived in these days, to whatever closed day; `changes` those of these days, whenever
    they arrived.
    """

    shop: str
    first: str
    last: str
    days: tuple[DailyFigures, ...]
    open_days: frozenset[str]
    adjustments: tuple[Adjustment, ...] = ()
    changes: tuple[Adjustment, ...] = ()

    @property
    def changed_days(self) -> frozenset[str]:
        """Those of these days that were changed since they were closed."""
        return frozenset(posting.day for posting in self.changes)

    @property
    def as_known_now(self) -> Figures:
        """Sum over the days, with all that was posted to them: what their carts, and no others, come to."""
        return sum((posting.change.total for posting in self.changes), self.total)

    @property
    def total(self) -> Figures:
        """Sum over the days: the closed ones as they were closed."""
        return sum((day.total for day in self.days), Figures())

    @property
    def channels(self) -> dict[str, Figures]:
        """Sum over the days, by channel."""
        return _by_channel(day.channels for day in self.days)

    @property
    def later(self) -> Figures:
        """Sum over the later changes; numbers may be negative."""
        return sum((posting.change.total for posting in self.adjustments), Figures())

    @property
    def later_channels(self) -> dict[str, Figures]:
        """Sum over the later changes, by channel."""
        return _by_channel(posting.change.channels for posting in self.adjustments)

    @property
    def total_with_later(self) -> Figures:
        """Both."""
        return self.total + self.later

    @property
    def channels_with_later(self) -> dict[str, Figures]:
        """Both, by channel."""
        return _by_channel((self.channels, self.later_channels))


def _by_channel(rows: Iterable[Mapping[str, Figures]]) -> dict[str, Figures]:
    sums: dict[str, Figures] = {}
    for row in rows:
        for name, figures in row.items():
            sums[name] = sums.get(name, Figures()) + figures
    return dict(sorted(sums.items()))


@dataclass(frozen=True, kw_only=True)
class MakeReport:
    """Makes one."""

    books: Books
    episodes: Episodes
    shops: Shops

    def __call__(self, shop_id: str, first: date, last: date, time_is_up: Callable[[], bool] = lambda: False) -> Report:
        """The report of a shop. Raises Invalid for days the wrong way round, too many, or more than can be counted until time is
        up, NotFound for no shop.
        """
        shop = self.shops.get(shop_id)
        if shop is None:
            message = "no such shop"
            raise NotFound(message)
        count = (last - first).days + 1
        if not 1 <= count <= MAX_DAYS:
            detail = f"from 1 to {MAX_DAYS} days, the first not after the last"
            raise Invalid(detail, (FieldError("/from", detail),))
        names = [f"{first + timedelta(days=n):%Y-%m-%d}" for n in range(count)]
        closed = self.books.days(shop_id, names[0], names[-1])
        days = tuple(closed[day].figures if day in closed else self._counted(shop, day, names[0], time_is_up) for day in names)
        oldest = f"{first - COUNTED_WINDOW:%Y-%m-%d}"
        adjustments = self.books.adjustments(shop_id, oldest, names[-1])
        return Report(
            shop=shop_id,
            first=names[0],
            last=names[-1],
            days=days,
            open_days=frozenset(set(names) - set(closed)),
            adjustments=tuple(posting for posting in adjustments if names[0] <= posting.arrived <= names[-1]),
            changes=tuple(posting for posting in adjustments if posting.day >= names[0]),
        )

    def _counted(self, shop: Shop, day: str, first: str, time_is_up: Callable[[], bool]) -> DailyFigures:
        """An open day. Raises Invalid, with what to ask instead, when time is up."""
        try:
            episodes = until_over(self.episodes.of_day(shop.id, day), time_is_up)
            return daily_figures(day, episodes, windows_of(self.shops, shop.policy.window))
        except OutOfTime as error:
            before = f"{date.fromisoformat(day) - timedelta(days=1):%Y-%m-%d}"
            instead = f"{before} at most, and the days after it by themselves" if day > first else f"a day before {day}"
            detail = "too many carts were left on the days that are not closed yet to be counted in one answer"
            raise Invalid(detail, (FieldError("/to", instead),)) from error
