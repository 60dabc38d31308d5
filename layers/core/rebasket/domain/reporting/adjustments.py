"""Later changes to closed days: a closed day is not rewritten, an adjustment holds what changes in it, as a difference.

It is filed on the day a late fact (a refund, a late delivery event) arrived, so that

    what the day's episodes come to now = the day as it was closed + all its adjustments

Whoever writes to an episode of a closed day notes the changed day first; every night the changed days are counted afresh.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.carts.timer import LEASE
from rebasket.domain.reporting.daily_figures import ClosedDay, DailyFigures, Figures

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

RIPE = LEASE
"""Longer than any function lives: whoever put a mark so long ago has also written what the mark was for, or never will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDay:
    """That something of a closed day is about to change; one for each day (UTC) on which such a fact arrived. `at`: when last."""

    shop: str
    day: str
    arrived: str
    at: datetime

    def ripe(self, now: datetime) -> bool:
        """Whether what it announced has been written by now, if it ever will be."""
        return now >= self.at + RIPE


def changed_day_of(shop: str, day: str, now: datetime) -> ChangedDay:
    """The mark of a fact that arrives now."""
    return ChangedDay(shop=shop, day=day, arrived=f"{now:%Y-%m-%d}", at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What changed in a closed day: a difference, whose numbers may be negative. Numbered from 1 for each day.

    `arrived` is the day (UTC, `YYYY-MM-DD`) on which the last of the facts behind it came in.
    """

    shop: str
    number: int
    arrived: str
    posted_at: datetime
    change: DailyFigures

    @property
    def day(self) -> str:
        """The closed day that it changes."""
        return self.change.day


def adjusted(closed: ClosedDay, adjustments: Iterable[Adjustment]) -> DailyFigures:
    """A closed day with these adjustments added."""
    figures = closed.figures
    for adjustment in adjustments:
        figures = _sum(figures, adjustment.change)
    return figures


def difference(now: DailyFigures, before: DailyFigures) -> DailyFigures | None:
    """What an adjustment has to hold to have `now` instead of `before`; None when nothing changed."""
    minus = {channel: -row for channel, row in before.channels.items()}
    change = _sum(now, DailyFigures(day=now.day, total=-before.total, channels=minus))
    return change if change.total != Figures() or change.channels else None


def _sum(one: DailyFigures, other: DailyFigures) -> DailyFigures:
    names = sorted({*one.channels, *other.channels})
    rows = {name: one.channels.get(name, Figures()) + other.channels.get(name, Figures()) for name in names}
    channels = {name: row for name, row in rows.items() if row != Figures()}
    return DailyFigures(day=one.day, total=one.total + other.total, channels=channels)
