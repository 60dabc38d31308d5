"""Sweeping: delete the timers that are due. `remind` processes what was deleted.

Done twice at once, or together with TTL, a second delete of an absent item makes no record. Every run repeats the minutes just
before the cursor, for timers that were armed late; after an outage the cursor catches up minute by minute, in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket.ports import Clock, Timers

OVERLAP = timedelta(minutes=10)
FIRST_LOOK_BACK = timedelta(hours=1)
"""Where the first sweep of a stack begins: what is older was due before there was a sweep, and TTL has it."""


@dataclass(frozen=True, slots=True)
class Swept:
    """`deleted` timers; `behind` minutes left undone for want of time; `oldest` the longest overdue among the deleted."""

    deleted: int
    behind: int
    oldest: timedelta


@dataclass(frozen=True, kw_only=True)
class SweepTimers:
    """One sweep."""

    timers: Timers
    clock: Clock

    def __call__(self, time_is_up: Callable[[], bool]) -> Swept:
        """Delete what is due from cursor − 10 minutes to now; stops early, with the cursor where it got, when time is up."""
        now = self.clock()
        last = now.replace(second=0, microsecond=0)
        cursor = self.timers.cursor() or last - FIRST_LOOK_BACK
        minute = min(cursor, last) - OVERLAP
        deleted, oldest = 0, timedelta(0)
        while minute <= last and not time_is_up():
            due = self.timers.due_at(minute)
            if due:
                self.timers.delete(due)
                deleted += len(due)
                oldest = max(oldest, now - minute)
            if minute > cursor:
                self._advance(minute, last)
            minute += timedelta(minutes=1)
        return Swept(deleted, max(0, int((last - minute) / timedelta(minutes=1)) + 1), oldest)

    def _advance(self, minute: datetime, last: datetime) -> None:
        """Move the cursor every tenth minute of a catch-up and at its end: repeating nine minutes costs less."""
        if minute == last or minute.minute % 10 == 0:
            self.timers.advance(minute)
