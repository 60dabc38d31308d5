"""First figures for finance: closed days from the books, open ones counted from their episodes, and said to be so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rebasket.domain.books import DayFigures, Figures, day_figures
from rebasket.domain.errors import FieldError, Invalid, NotFound

if TYPE_CHECKING:
    from rebasket.ports import Books, Episodes, Shops

MOST_DAYS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Figures of the days from `first` to `last`; `open_days` may still change."""

    shop: str
    first: str
    last: str
    days: tuple[DayFigures, ...]
    open_days: frozenset[str]

    @property
    def total(self) -> Figures:
        """Sum over the days."""
        return sum((day.total for day in self.days), Figures())

    @property
    def channels(self) -> dict[str, Figures]:
        """Sum over the days, by channel."""
        names = sorted({name for day in self.days for name in day.channels})
        return {name: sum((day.channels.get(name, Figures()) for day in self.days), Figures()) for name in names}


@dataclass(frozen=True, kw_only=True)
class MakeReport:
    """Makes one."""

    books: Books
    episodes: Episodes
    shops: Shops

    def __call__(self, shop_id: str, first: date, last: date) -> Report:
        """The report of a shop. Raises Invalid for days the wrong way round or too many, NotFound for no shop."""
        shop = self.shops.get(shop_id)
        if shop is None:
            message = "no such shop"
            raise NotFound(message)
        count = (last - first).days + 1
        if not 1 <= count <= MOST_DAYS:
            detail = f"from 1 to {MOST_DAYS} days, the first not after the last"
            raise Invalid(detail, (FieldError("/from", detail),))
        names = [f"{first + timedelta(days=n):%Y-%m-%d}" for n in range(count)]
        closed = self.books.days(shop_id, names[0], names[-1])
        days = tuple(
            closed[day].figures if day in closed else day_figures(day, self.episodes.of_day(shop_id, day), shop.policy.window)
            for day in names
        )
        return Report(shop=shop_id, first=names[0], last=names[-1], days=days, open_days=frozenset(set(names) - set(closed)))
