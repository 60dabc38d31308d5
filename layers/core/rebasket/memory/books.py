"""Closed days, changed days and adjustments: ports.Books in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rebasket.domain.reporting.adjustments import Adjustment, ChangedDay
    from rebasket.domain.reporting.daily_figures import ClosedDay


@dataclass
class MemoryBooks:
    """Closed days, changed days and adjustments in dictionaries."""

    items: dict[tuple[str, str], ClosedDay] = field(default_factory=dict)
    marked: dict[tuple[str, str, str], ChangedDay] = field(default_factory=dict)
    posted: dict[tuple[str, str, int], Adjustment] = field(default_factory=dict)

    def close(self, day: ClosedDay) -> bool:
        """See ports.Books."""
        key = (day.shop, day.figures.day)
        if key in self.items:
            return False
        self.items[key] = day
        return True

    def days(self, shop: str, first: str, last: str) -> Mapping[str, ClosedDay]:
        """See ports.Books."""
        return {d: closed for (s, d), closed in sorted(self.items.items()) if s == shop and first <= d <= last}

    def day(self, shop: str, day: str) -> ClosedDay | None:
        """See ports.Books."""
        return self.items.get((shop, day))

    def mark(self, mark: ChangedDay) -> None:
        """See ports.Books."""
        self.marked[mark.shop, mark.day, mark.arrived] = mark

    def changed_days(self, shop: str) -> Sequence[ChangedDay]:
        """See ports.Books."""
        return [mark for key, mark in sorted(self.marked.items()) if key[0] == shop]

    def unmark_changed(self, mark: ChangedDay) -> bool:
        """See ports.Books."""
        key = (mark.shop, mark.day, mark.arrived)
        if self.marked.get(key) != mark:
            return False
        del self.marked[key]
        return True

    def post(self, posting: Adjustment) -> bool:
        """See ports.Books."""
        key = (posting.shop, posting.day, posting.number)
        if key in self.posted:
            return False
        self.posted[key] = posting
        return True

    def adjustments(self, shop: str, first: str, last: str) -> Sequence[Adjustment]:
        """See ports.Books."""
        return [posting for (s, d, _), posting in sorted(self.posted.items()) if s == shop and first <= d <= last]
